/** The server's HTTP API, parsed. */
import type { z } from 'zod';
import { errorAnswer } from '../server/protocol/http.ts';

/** @throws with the server's code when it says no. */
async function ask<T>(url: URL, init: RequestInit, answer: z.ZodType<T>): Promise<T> {
  const response = await fetch(url, { ...init, signal: AbortSignal.timeout(15_000) });
  const body: unknown = await response.json();
  if (!response.ok) {
    const refused = errorAnswer.safeParse(body);
    const why = refused.success ? refused.data.error.code : JSON.stringify(body);
    throw new Error(`${init.method ?? 'GET'} ${url.pathname}: ${response.status} ${why}`);
  }
  return answer.parse(body);
}

const withKey = (apiKey: string | undefined): Record<string, string> =>
  apiKey === undefined ? {} : { authorization: `Bearer ${apiKey}` };

export const get = <T>(url: URL, answer: z.ZodType<T>, apiKey?: string): Promise<T> =>
  ask(url, { headers: withKey(apiKey) }, answer);

export const post = <T>(url: URL, body: unknown, answer: z.ZodType<T>, apiKey?: string): Promise<T> =>
  ask(
    url,
    {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...withKey(apiKey) },
      body: JSON.stringify(body),
    },
    answer,
  );

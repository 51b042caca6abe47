import type { RequestHandler } from 'express';
import { HttpRefusal } from './refusal.ts';

/** The end of a route: there is such a thing, but it can't be asked like this. */
export function only(...methods: readonly string[]): RequestHandler {
  const allow = methods.includes('GET') ? [...methods, 'HEAD'] : methods;
  return () => {
    throw new HttpRefusal('bad-request', {
      status: 405,
      message: `Only ${allow.join(', ')} can be asked here.`,
      headers: { Allow: allow.join(', ') },
    });
  };
}

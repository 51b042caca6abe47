/** What the mix says of itself, beside its files: only what a demonstration asks of it. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';

const mixReport = z.looseObject({
  gaps: z.array(
    z.looseObject({
      /** Null: both. */
      seat: z.string().nullable(),
      cause: z.string(),
      fromSeconds: z.number(),
      seconds: z.number(),
    }),
  ),
  tracks: z.array(z.looseObject({ seat: z.string(), producerId: z.string() })),
});
export type MixReport = z.infer<typeof mixReport>;

/** It is nobody's to download; this is the machine that the server runs on. */
export async function readMixReport(dataFolder: string, conversationId: string): Promise<MixReport> {
  const path = join(dataFolder, 'conversations', conversationId, 'recording', 'recording.json');
  return mixReport.parse(JSON.parse(await readFile(path, 'utf8')));
}

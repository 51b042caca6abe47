/** Hands out the files of a recording to whoever holds a signed address. */
import { Router } from 'express';
import { z } from 'zod';
import type { Access } from '../access/access.ts';
import type { Clock } from '../app/ports.ts';
import type { Rooms } from '../app/rooms.ts';
import type { RecordingFile } from '../domain/conversation.ts';
import { only } from './only.ts';
import { HttpRefusal, parsed } from './refusal.ts';

const query = z.strictObject({
  use: z.enum(['download', 'listen']),
  expires: z.string().regex(/^\d{1,12}$/),
  signature: z.string().regex(/^[A-Za-z0-9_-]{1,128}$/),
});

const mimeTypes: Readonly<Record<RecordingFile['format'], string>> = {
  flac: 'audio/flac',
  mp3: 'audio/mpeg',
};

/** @param recordingsFolder Holds a folder for each conversation, named by its id, and in it `recording/`. */
export function recordings(o: {
  readonly rooms: Rooms;
  readonly access: Access;
  readonly recordingsFolder: string;
  readonly clock: Pick<Clock, 'now'>;
}): Router {
  const { rooms, access, recordingsFolder, clock } = o;
  const router = Router();
  router
    .route('/recordings/:id/:file')
    .get(async (request, response, next) => {
      const { id, file: name } = request.params;
      const { use, expires, signature } = parsed(query, request.query);
      const verdict = access.addresses.verify({
        conversationId: id,
        fileName: name,
        expires,
        signature,
        use,
        now: clock.now(),
      });
      if (verdict === 'invalid') throw new HttpRefusal('not-found');
      if (verdict === 'expired') throw new HttpRefusal('address-expired');

      // Signed is not enough: a later mix may have put other files in its place.
      const conversation = await rooms.read(id);
      if (conversation === null || conversation.recording.state !== 'ready')
        throw new HttpRefusal('not-found');
      const file = conversation.recording.mix.files.find((each) => each.name === name);
      if (file === undefined) throw new HttpRefusal('not-found');

      response.set({
        'Content-Type': mimeTypes[file.format],
        'Content-Disposition': `${use === 'listen' ? 'inline' : 'attachment'}; filename="${conversation.id}.${file.format}"`,
        'Cache-Control': 'private, no-store',
      });
      response.sendFile(
        `${conversation.id}/recording/${file.name}`,
        { root: recordingsFolder, cacheControl: false, dotfiles: 'deny' },
        (error: Error | undefined) => {
          // Whoever stops listening is no fault of ours.
          if (error !== undefined && !isAborted(error)) next(error);
        },
      );
    })
    .all(only('GET'));
  return router;
}

function isAborted(error: Error): boolean {
  return (
    'code' in error &&
    (error.code === 'ECONNABORTED' || error.code === 'ECONNRESET' || error.code === 'EPIPE')
  );
}

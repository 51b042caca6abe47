import { errors } from 'mediasoup';
import { MediaRefused, MediaUnavailable, MediaUnknown } from '../../server/app/ports.ts';

/**
 * What mediasoup throws, in the words of the port. It throws TypeError and UnsupportedError for what a client sent,
 * plain Error for what its worker would not do with it, and also when an object was closed while a call was under way.
 */
export async function inPortsWords<T>(run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    if (error instanceof MediaRefused || error instanceof MediaUnknown || error instanceof MediaUnavailable) {
      throw error;
    }
    const message = error instanceof Error ? error.message : String(error);
    if (error instanceof errors.NotFoundError) throw new MediaUnknown(message);
    if (error instanceof errors.WorkerClosedError) throw new MediaUnavailable(message);
    throw new MediaRefused(message);
  }
}

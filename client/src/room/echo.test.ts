import { describe, expect, test } from 'vitest';
import { ECHO_NOTES, echoIn, type Heard } from './echo.ts';

const ROOM_DB = -85;

/** A microphone that hears the notes `lagS` later and at `heardDb`, or only the room where that is null. */
function microphone(o: { lagS?: number; heardDb?: number | null; talkDb?: number }): Heard[] {
  const { lagS = 0, heardDb = null, talkDb = -70 } = o;
  return Array.from({ length: 90 }, (_, i) => {
    const atS = -0.3 + i * 0.02;
    const sounds = (n: number): boolean => {
      const note = ECHO_NOTES[n];
      return note !== undefined && atS >= note.atS + lagS && atS <= note.atS + lagS + note.lengthS;
    };
    return {
      atS,
      // The room wavers, and not in step with the notes.
      pitchDb: ECHO_NOTES.map((_note, n) =>
        heardDb !== null && sounds(n) ? heardDb : ROOM_DB + 4 * Math.sin(i * 1.7 + n),
      ),
      rmsDb: talkDb,
    };
  });
}

describe('the echo', () => {
  test.each([0, 0.1, 0.34, 0.56])('is found when the notes come back %s s later', (lagS) => {
    expect(echoIn(microphone({ lagS, heardDb: -60 }))).toBe('some');
  });

  test('is none where only the room is heard', () => {
    expect(echoIn(microphone({}))).toBe('none');
  });

  test('is none where what comes back is no louder than the room', () => {
    expect(echoIn(microphone({ heardDb: ROOM_DB + 6 }))).toBe('none');
  });

  test('is not known while somebody talks', () => {
    expect(echoIn(microphone({ heardDb: -60, talkDb: -30 }))).toBe('unknown');
  });

  test('is not known from a microphone that gives nothing at all, or hardly listened', () => {
    expect(echoIn(microphone({ talkDb: -Infinity }))).toBe('unknown');
    expect(echoIn(microphone({ heardDb: -60 }).slice(0, 20))).toBe('unknown');
  });
});

import { describe, expect, it } from 'vitest';
import { readWav, resample } from './speech.ts';
import { tell } from './stories.ts';

const header = (dataBytes: number): Buffer => {
  const wav = Buffer.alloc(44);
  wav.write('RIFF', 0);
  wav.write('WAVEfmt ', 8);
  wav.writeUInt32LE(16, 16);
  wav.writeUInt16LE(1, 20);
  wav.writeUInt16LE(1, 22);
  wav.writeUInt32LE(22_050, 24);
  wav.writeUInt16LE(16, 34);
  wav.write('data', 36);
  wav.writeUInt32LE(dataBytes, 40);
  return wav;
};

describe('readWav', () => {
  it('reads to the end where the length was left open', () => {
    const wav = Buffer.concat([header(0x7fff_f000), Buffer.from([1, 0, 0xfe, 0xff])]);
    expect(readWav(wav)).toEqual({ sampleRate: 22_050, samples: Int16Array.of(1, -2) });
  });

  it('refuses what is not a WAV file', () => {
    expect(() => readWav(Buffer.from('Error: no voice'))).toThrow('no WAV file');
    expect(() => readWav(header(0).subarray(0, 36))).toThrow('without sound');
  });
});

const tone = (hertz: number, rate: number, length: number): Int16Array =>
  Int16Array.from({ length }, (_, i) => Math.round(10_000 * Math.sin((2 * Math.PI * hertz * i) / rate)));

describe('resample', () => {
  it('gives the same tone at the higher rate', () => {
    const up = resample(tone(1_000, 22_050, 2_205), 22_050, 48_000);
    const wanted = tone(1_000, 48_000, 4_800);
    expect(up).toHaveLength(4_800);
    const inside = [...up.keys()].slice(200, -200);
    const worst = Math.max(...inside.map((i) => Math.abs((up[i] ?? 0) - (wanted[i] ?? 0))));
    expect(worst).toBeLessThan(20);
  });
});

const first = (seed: number): string => tell('boatbuilder', seed).next().value;

describe('the stories', () => {
  it('do not say a sentence twice in a long conversation', () => {
    const story = tell('nurse', 7);
    const sentences = Array.from({ length: 300 }, () => story.next().value);
    expect(sentences.join(' ')).not.toMatch(/[{}]/);
    expect(new Set(sentences).size).toBe(300);
  });

  it('are the same for the same seed and others for another', () => {
    expect(first(1)).toBe(first(1));
    expect(first(1)).not.toBe(first(2));
  });
});

import { describe, expect, it } from 'vitest';
import { createTeller } from './tell.ts';

function tellerInto(lines: string[]) {
  const write = (text: string): boolean => lines.push(text) > 0;
  return createTeller({ stream: { write }, steps: 3, told: 1 });
}

describe('the teller', () => {
  it('is silent about a step with nothing to do, and counts it', async () => {
    const lines: string[] = [];
    const teller = tellerInto(lines);
    expect(await teller.step('One', async () => 'result')).toBe('result');
    await teller.step('Two', async (say) => say('doing'));
    expect(lines).toEqual(['[3/3] Two … doing\n', '[3/3] Two: ready\n']);
  });

  it('does not fill a log with every bit of progress', async () => {
    const lines: string[] = [];
    await tellerInto(lines).step('One', async (say) => {
      for (let n = 0; n < 100; n += 1) say(`${n}`);
    });
    expect(lines).toEqual(['[2/3] One … 0\n', '[2/3] One: ready\n']);
  });

  it('says that a step failed, and hands on why', async () => {
    const lines: string[] = [];
    const failing = tellerInto(lines).step('One', async (say) => {
      say('trying');
      throw new Error('why');
    });
    await expect(failing).rejects.toThrow('why');
    expect(lines.at(-1)).toBe('[2/3] One: failed\n');
  });
});

import { expect, it } from 'vitest';
import { facilitatorProducers } from './facilitator-producers.ts';

const met = { own: ['a1', 'a2', 'b1'], offered: ['a1', 'b1', 'a2'], recorded: ['a2', 'b1'], given: [] };

it('there are none where all that was met is the participants’ own', () => {
  expect(facilitatorProducers(met)).toBe(0);
});

it('one that was given, offered and recorded is one', () => {
  const everywhere = { own: met.own, offered: ['a1', 'f'], recorded: ['f'], given: ['f'] };
  expect(facilitatorProducers(everywhere)).toBe(1);
});

it('one that was only given, only offered, or only recorded counts', () => {
  expect(facilitatorProducers({ ...met, given: ['f'] })).toBe(1);
  expect(facilitatorProducers({ ...met, offered: ['f'] })).toBe(1);
  expect(facilitatorProducers({ ...met, recorded: ['f'] })).toBe(1);
});

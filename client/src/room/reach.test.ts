import { describe, expect, test } from 'vitest';
import { judge } from './reach.ts';

describe('the ways through', () => {
  test('a way that stands is open', () => {
    expect(judge('through', 'through')).toEqual({ udp: 'yes', tcp: 'yes' });
  });

  test('a way that does not answer while the other does is closed', () => {
    expect(judge('stopped', 'through')).toEqual({ udp: 'no', tcp: 'yes' });
    expect(judge('through', 'stopped')).toEqual({ udp: 'yes', tcp: 'no' });
  });

  test('where neither answers nothing is known of either', () => {
    expect(judge('stopped', 'stopped')).toEqual({ udp: 'unknown', tcp: 'unknown' });
  });

  test('a way that was not tried is not known, whatever the other does', () => {
    expect(judge('through', 'untried')).toEqual({ udp: 'yes', tcp: 'unknown' });
  });
});

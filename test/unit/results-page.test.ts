import { describe, expect, it } from '@jest/globals';
import { atMost } from '../../bench/measurement.ts';
import { resultsPage } from '../../bench/results-page.ts';

const result = {
  ...{ name: 'parse-normalise', title: 'reading', at: '2026-11-23T01:02:03.000Z' },
  machine: 'a processor, 2 cores, Node 24.0.0',
};

describe('resultsPage', () => {
  it('says first which goals are reached, how and where', () => {
    const goals = [atMost('text', 0.8, 0.8, 'x'), atMost('batch', 0.6, 0.61, 'x')];
    expect(resultsPage([{ ...result, rows: [], goals }])).toContain(
      [
        '| goal | reached | command | date | machine |',
        '| --- | --- | --- | --- | --- |',
        '| text <= 0.8x | 0.8x | `npm run bench -- parse-normalise` | 2026-11-23 | a processor, 2 cores, Node 24.0.0 |',
        '| **missed** batch <= 0.6x | 0.61x | `npm run bench -- parse-normalise` | 2026-11-23 | a processor, 2 cores, Node 24.0.0 |',
      ].join('\n'),
    );
  });

  it('has a column for each figure that any row has', () => {
    const rows = [
      { of: '10 updates', µs: 5 },
      { of: '1 | 2', requests: 7 },
    ];
    expect(resultsPage([{ ...result, rows, goals: [] }])).toContain(
      [
        '| of | µs | requests |',
        '| --- | --- | --- |',
        '| 10 updates | 5 |  |',
        '| 1 \\| 2 |  | 7 |',
      ].join('\n'),
    );
  });
});

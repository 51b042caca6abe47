/** After a withdrawal: what was done, and that it is for good. */
import type { JSX } from 'preact';
import { useView, useWords } from '../../app/context.ts';
import { Question } from '../parts/question.tsx';
import { TwoChairs } from '../parts/two-chairs.tsx';

export function Withdrawn(): JSX.Element {
  const words = useWords();
  const { decision, recordingState } = useView();
  const { withdrawal } = words;
  const byYou = decision?.withdrawnByYou === true;
  return (
    <Question picture={<TwoChairs />} title={byYou ? withdrawal.yours : withdrawal.theirs}>
      <p role="status">{recordingState === 'deleted' ? withdrawal.deleted : withdrawal.deleting}</p>
      <p>{withdrawal.final}</p>
      {byYou ? null : <p>{withdrawal.theirsBody}</p>}
      <p class="soft">{words.thanks.closeNow}</p>
    </Question>
  );
}

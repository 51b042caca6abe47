/** How well the two hear each other, from what both ends measure: shown when it lasts, and said once. */
import type { JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import type { Patience } from '../../app/calm.ts';
import { useApp, usePeople, useWords } from '../../app/context.ts';
import { ownHint, partnerHint } from '../../app/hints.ts';
import { Notice } from '../parts/troubles.tsx';
import { useCalm } from '../parts/use-calm.ts';

/** Who mutes for a cough need not be told. */
const OWN: Patience = { afterMs: 5000, atLeastMs: 1500 };
const PARTNERS: Patience = { afterMs: 1500, atLeastMs: 5000 };

export function Hints(): JSX.Element {
  const words = useWords();
  const { room } = useApp();
  const { you, partner } = usePeople();
  const quality = room.quality.value;
  const own = useCalm(ownHint(room.microphone.value, quality[you.seat].connection), OWN);
  const theirs = useCalm(partner.here ? partnerHint(quality[partner.seat]) : null, PARTNERS);
  return (
    <>
      <Hint text={theirs === null ? null : words.hints.partner[theirs](partner.name)} />
      <Hint
        text={own === null ? null : own === 'muted' ? words.hints.muted(partner.name) : words.hints.weak}
      />
    </>
  );
}

function Hint({ text }: { readonly text: string | null }): JSX.Element | null {
  const { announcer } = useApp();
  useEffect(() => {
    if (text !== null) announcer.say(text);
  }, [announcer, text]);
  return text === null ? null : <Notice calm>{text}</Notice>;
}

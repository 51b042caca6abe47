/** Ready, and waiting: who is here, who is not yet, and something worth reading. */
import type { JSX } from 'preact';
import type { View } from '../../../../server/protocol/events.ts';
import { useApp, usePeople, useView, useWords } from '../../app/context.ts';
import type { Words } from '../../words/words.ts';
import { Question } from '../parts/question.tsx';
import { DeviceNotices } from '../parts/device-notices.tsx';
import { ListeningWell } from '../parts/listening-well.tsx';
import { TakeBackConsent } from './take-back.tsx';
import { useAction } from '../parts/use-action.ts';

type Person = View['people']['a'];

export function Waiting(): JSX.Element {
  const words = useWords();
  const view = useView();
  const { room, journey } = useApp();
  const { you, partner } = usePeople();
  const back = useAction(async () => {
    // First, so that nothing makes them ready again meanwhile.
    journey.entered.value = false;
    const done = await room.setReady(false);
    if (!done) journey.entered.value = true;
    return done;
  });
  return (
    <Question
      title={titleOf(view, partner, words)}
      actions={
        <>
          <button type="button" class="button text" disabled={back.busy} onClick={back.run}>
            {words.waiting.notReady}
          </button>
          <TakeBackConsent />
        </>
      }
    >
      <DeviceNotices />
      <ul class="who" aria-label={words.waiting.whoLabel}>
        <Who name={`${you.name} (${words.waiting.youSuffix})`} here status={words.waiting.status.ready} />
        <Who name={partner.name} here={partner.here} status={statusOf(partner, words)} />
        {view.facilitator.expected ? (
          <Who
            name={words.waiting.facilitator}
            here={view.facilitator.here}
            status={view.facilitator.here ? words.waiting.status.here : words.waiting.status.away}
          />
        ) : null}
      </ul>
      <p>{words.waiting.stay}</p>
      <ListeningWell />
    </Question>
  );
}

function Who(o: { readonly name: string; readonly here: boolean; readonly status: string }): JSX.Element {
  return (
    <li class={o.here ? 'who-here' : 'who-away'}>
      <span class="who-mark" aria-hidden="true" />
      <span class="who-name">{o.name}</span>
      <span class="who-status">{o.status}</span>
    </li>
  );
}

function statusOf(person: Person, words: Words): string {
  if (!person.here) return words.waiting.status.away;
  return person.ready ? words.waiting.status.ready : words.waiting.status.preparing;
}

function titleOf(view: View, partner: Person, words: Words): string {
  const { title } = words.waiting;
  if (!partner.here) return title.alone(partner.name);
  if (!partner.ready) return title.partnerPreparing(partner.name);
  if (view.guidedBy === 'participants') return title.starting;
  return view.facilitator.here ? title.facilitatorStarts : title.facilitator;
}

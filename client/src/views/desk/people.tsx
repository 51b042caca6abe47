/** The two, side by side: what is seen and heard of them, and how they are. */
import type { JSX } from 'preact';
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { View } from '../../../../server/protocol/events.ts';
import { useApp, useView, useWords } from '../../app/context.ts';
import type { RoomQuality } from '../../room/room.ts';
import type { Words } from '../../words/words.ts';
import { Meter } from '../parts/meter.tsx';
import { Stage } from '../room/stage.tsx';
import { QUIET, speech, wayThrough, type Speech } from './facts.ts';

type Person = View['people']['a'];

const LISTEN_EVERY_MS = 100;

export function DeskPeople(): JSX.Element {
  const words = useWords();
  const { phase, people } = useView();
  return (
    <section class="desk-people" aria-label={words.desk.people}>
      {phase === 'lobby' ? <p class="soft desk-before">{words.desk.beforeStart}</p> : null}
      <DeskPerson person={people.a} />
      <DeskPerson person={people.b} />
    </section>
  );
}

function DeskPerson({ person }: { readonly person: Person }): JSX.Element {
  const words = useWords();
  const { room } = useApp();
  const { phase } = useView();
  const isLobby = phase === 'lobby';
  return (
    <div class="desk-person" data-seat={person.seat}>
      <Stage
        seat={person.seat}
        name={person.name}
        here={person.here}
        waiting={isLobby ? null : words.desk.noPicture}
      />
      {isLobby ? (
        <Preparing person={person} />
      ) : (
        <>
          <Loudness person={person} />
          <Condition person={person} quality={room.quality.value[person.seat]} />
        </>
      )}
    </div>
  );
}

/** The bar moves past Preact, ten times a second; the word changes only when it changes. */
function Loudness({ person }: { readonly person: Person }): JSX.Element {
  const words = useWords();
  const { room } = useApp();
  const { seat, name } = person;
  const share = useSignal(0);
  const speaks = useSignal(false);
  useEffect(() => {
    let heard: Speech = QUIET;
    const listen = (): void => {
      const level = room.level(seat);
      heard = speech(heard, level, performance.now());
      share.value = level;
      speaks.value = heard.speaks;
    };
    listen();
    const timer = setInterval(listen, LISTEN_EVERY_MS);
    return () => clearInterval(timer);
  }, [room, seat, share, speaks]);
  return (
    <div class="desk-level">
      <Meter share={share} label={words.desk.person.level(name)} />
      <span class={speaks.value ? 'desk-speaks' : 'desk-speaks desk-quiet'} aria-hidden={!speaks.value}>
        {words.desk.person.speaks}
      </span>
    </div>
  );
}

function Condition(o: { readonly person: Person; readonly quality: RoomQuality['a'] }): JSX.Element {
  const { person: told } = useWords().desk;
  if (!o.person.here) {
    return (
      <ul class="desk-facts">
        <Fact is="bad">{told.away}</Fact>
      </ul>
    );
  }
  const { microphone, connection } = o.quality;
  return (
    <ul class="desk-facts">
      <Fact is={microphone === 'on' ? 'good' : microphone === 'unknown' ? 'open' : 'bad'}>
        {told.microphone[microphone]}
      </Fact>
      <Fact is={connection === 'good' ? 'good' : connection === 'unknown' ? 'open' : 'bad'}>
        {told.connection[connection]}
      </Fact>
    </ul>
  );
}

/** On the way to the start: who is here, has agreed, was heard, is ready. */
function Preparing({ person }: { readonly person: Person }): JSX.Element {
  const words = useWords();
  const { facilitatorDesk } = useView();
  const { person: told } = words.desk;
  const check = facilitatorDesk?.soundChecks[person.seat] ?? null;
  return (
    <ul class="desk-facts desk-steps">
      <Fact is={person.here ? 'good' : 'open'}>{person.here ? told.arrived : told.notArrived}</Fact>
      <Fact is={person.consented ? 'good' : 'open'}>{person.consented ? told.agreed : told.notAgreed}</Fact>
      <Fact is={check === null ? 'open' : isFine(check) ? 'good' : 'bad'}>
        {check === null ? told.notChecked : findings(check, words)}
        {check === null || check.device === null ? null : <span class="desk-device">{check.device}</span>}
      </Fact>
      <Fact is={person.ready ? 'good' : 'open'}>{person.ready ? told.ready : told.notReady}</Fact>
    </ul>
  );
}

type SoundCheck = NonNullable<NonNullable<View['facilitatorDesk']>['soundChecks']['a']>;

const isFine = (check: SoundCheck): boolean =>
  check.voice === 'good' && check.echo !== 'some' && wayThrough(check) !== 'none';

function findings(check: SoundCheck, words: Words): string {
  const { voice, echo, way } = words.desk.person;
  const through = wayThrough(check);
  return [
    voice[check.voice],
    ...(check.echo === 'unknown' ? [] : [echo[check.echo]]),
    ...(through === null ? [] : [way[through]]),
  ].join(' · ');
}

/** The mark is for who looks over the page quickly; the words say the same. */
function Fact(o: {
  readonly is: 'good' | 'bad' | 'open';
  readonly children: JSX.Element | string | (JSX.Element | string | null)[];
}): JSX.Element {
  return (
    <li class={`desk-fact desk-fact-${o.is}`}>
      <span class="desk-fact-mark" aria-hidden="true">
        {{ good: '✓', bad: '!', open: '·' }[o.is]}
      </span>
      <span>{o.children}</span>
    </li>
  );
}

/** The room: the other person, a card on the table, the time. Also the farewell, which is the same room without card. */
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { usePeople, useWords } from '../../app/context.ts';
import { NudgeSlip } from '../parts/nudge.tsx';
import { Card } from './card.tsx';
import { Controls } from './controls.tsx';
import { DeviceDialog } from './device-dialog.tsx';
import { Farewell, useSayGoodbye } from './farewell.tsx';
import { Head } from './head.tsx';
import { LeaveDialog } from './leave-dialog.tsx';
import { RoomNotices } from './notices.tsx';
import { SelfView } from './self-view.tsx';
import { Stage } from './stage.tsx';

export function RoomPage({ farewell }: { readonly farewell: boolean }): JSX.Element {
  const words = useWords();
  const { partner } = usePeople();
  const [open, setOpen] = useState<'devices' | 'leave' | null>(null);
  const sayGoodbye = useSayGoodbye();
  const close = (): void => setOpen(null);
  return (
    <main class={farewell ? 'room room-farewell' : 'room'}>
      {farewell ? null : (
        <h1 class="unseen" tabIndex={-1}>
          {words.room.label}
        </h1>
      )}
      <Head farewell={farewell} />
      <div class="stage">
        <Stage seat={partner.seat} name={partner.name} here={partner.here} />
        <SelfView />
      </div>
      <div class="table">
        <RoomNotices onChooseDevice={() => setOpen('devices')} />
        <NudgeSlip />
        {farewell ? <Farewell /> : <Card />}
      </div>
      <Controls
        onDevices={() => setOpen('devices')}
        onLeave={farewell ? sayGoodbye : () => setOpen('leave')}
      />
      {open === 'devices' ? <DeviceDialog onClose={close} /> : null}
      {open === 'leave' ? <LeaveDialog onClose={close} /> : null}
    </main>
  );
}

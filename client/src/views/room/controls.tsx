/** Four buttons with words: mute, camera, devices, leave. */
import type { ComponentChildren, JSX } from 'preact';
import { useApp, useWords } from '../../app/context.ts';
import { CameraIcon, DevicesIcon, LeaveIcon, MicrophoneIcon } from '../parts/icons.tsx';

export function Controls(o: { readonly onDevices: () => void; readonly onLeave: () => void }): JSX.Element {
  const words = useWords();
  const { room, journey } = useApp();
  const { capture } = room;
  const muted = capture.muted.value;
  const camera = capture.camera.value.state;
  const cameraIsOn = camera === 'on';
  return (
    <nav class="controls" aria-label={words.room.controlsLabel}>
      <Control
        label={muted ? words.room.unmute : words.room.mute}
        warns={muted}
        onPress={() => capture.setMuted(!muted)}
      >
        <MicrophoneIcon off={muted} />
      </Control>
      <Control
        label={cameraIsOn ? words.room.cameraOff : words.room.cameraOn}
        disabled={camera === 'asking'}
        onPress={() => {
          journey.wantsCamera.value = !cameraIsOn;
          void capture.turnCamera(!cameraIsOn);
        }}
      >
        <CameraIcon off={!cameraIsOn} />
      </Control>
      <Control label={words.room.devices} onPress={o.onDevices}>
        <DevicesIcon />
      </Control>
      <Control label={words.room.leave} onPress={o.onLeave}>
        <LeaveIcon />
      </Control>
    </nav>
  );
}

function Control(o: {
  readonly label: string;
  readonly onPress: () => void;
  readonly warns?: boolean;
  readonly disabled?: boolean;
  readonly children: ComponentChildren;
}): JSX.Element {
  return (
    <button
      type="button"
      class={o.warns === true ? 'control control-warns' : 'control'}
      disabled={o.disabled ?? false}
      onClick={o.onPress}
    >
      {o.children}
      <span>{o.label}</span>
    </button>
  );
}

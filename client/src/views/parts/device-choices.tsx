/** Which microphone, camera and loudspeaker: in the sound check, and again in the room. */
import type { JSX } from 'preact';
import { useId } from 'preact/hooks';
import { useApp, useWords } from '../../app/context.ts';
import type { Choice } from '../../room/devices.ts';

export function DeviceChoices(): JSX.Element {
  const words = useWords();
  const { room, journey } = useApp();
  const { capture, speakers } = room;
  const { microphones, cameras, speakers: outputs } = capture.choices.value;
  const microphone = capture.microphone.value;
  const camera = capture.camera.value;
  return (
    <div class="choices">
      <Select
        label={words.check.microphone}
        unnamed={words.check.unnamed}
        choices={microphones}
        value={microphone.state === 'on' ? (microphone.deviceId ?? '') : ''}
        onChoose={(id) => void capture.chooseMicrophone(id)}
      />
      <Select
        label={words.check.camera}
        unnamed={words.check.unnamed}
        choices={cameras}
        none={words.check.noCamera}
        value={camera.state === 'on' ? (camera.deviceId ?? '') : ''}
        onChoose={(id) => {
          journey.wantsCamera.value = id !== '';
          void capture.chooseCamera(id === '' ? null : id);
        }}
      />
      {outputs.length === 0 ? null : (
        <Select
          label={words.check.speaker}
          unnamed={words.check.unnamed}
          choices={outputs}
          none={words.check.defaultSpeaker}
          value={speakers.chosen.value ?? ''}
          onChoose={(id) => void speakers.choose(id === '' ? null : id)}
        />
      )}
    </div>
  );
}

function Select(o: {
  readonly label: string;
  readonly unnamed: (kind: string, count: number) => string;
  readonly choices: readonly Choice[];
  /** Words for choosing none of them. */
  readonly none?: string;
  readonly value: string;
  readonly onChoose: (id: string) => void;
}): JSX.Element {
  const id = useId();
  return (
    <div class="choice">
      <label for={id}>{o.label}</label>
      <select id={id} value={o.value} onChange={(event) => o.onChoose(event.currentTarget.value)}>
        {o.none === undefined ? null : <option value="">{o.none}</option>}
        {o.choices.map((choice, i) => (
          <option key={choice.id} value={choice.id}>
            {choice.label === '' ? o.unnamed(o.label, i + 1) : choice.label}
          </option>
        ))}
      </select>
    </div>
  );
}

/** On to another step of the lobby, by a press. */
import { useApp } from '../../app/context.ts';
import type { LobbyStep } from '../../app/journey.ts';

export function useStep(): (step: LobbyStep) => void {
  const { journey } = useApp();
  return (step) => {
    journey.moved.value = true;
    journey.step.value = step;
  };
}

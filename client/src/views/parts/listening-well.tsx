/** Something worth reading while waiting. */
import type { JSX } from 'preact';
import { useWords } from '../../app/context.ts';

export function ListeningWell(): JSX.Element {
  const { waiting } = useWords();
  return (
    <section class="paper reading">
      <h2>{waiting.readTitle}</h2>
      <ul>
        {waiting.read.map((line) => (
          <li key={line}>{line}</li>
        ))}
      </ul>
    </section>
  );
}

/** A bar for loudness. Drawn past Preact, through a custom property, because it moves ten times a second. */
import { useSignalEffect, type ReadonlySignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useRef } from 'preact/hooks';

export function Meter(o: { readonly share: ReadonlySignal<number>; readonly label: string }): JSX.Element {
  const bar = useRef<HTMLDivElement>(null);
  useSignalEffect(() => {
    const share = o.share.value;
    bar.current?.style.setProperty('--share', String(share));
    bar.current?.setAttribute('aria-valuenow', String(Math.round(share * 100)));
  });
  return (
    <div
      ref={bar}
      class="meter"
      role="meter"
      aria-label={o.label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={0}
    >
      <div class="meter-fill" />
    </div>
  );
}

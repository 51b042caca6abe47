/** A quiet room at dusk, with two chairs and a lamp. Decoration: it says nothing that the words don't. */
import type { JSX } from 'preact';

export function TwoChairs(): JSX.Element {
  return (
    <svg class="two-chairs" viewBox="0 0 320 150" aria-hidden="true" focusable="false">
      <radialGradient id="lamplight">
        <stop class="glow-near" offset="0" />
        <stop class="glow-far" offset="1" />
      </radialGradient>
      <ellipse fill="url(#lamplight)" cx="160" cy="74" rx="158" ry="76" />
      <path class="floor" d="M18 138h284" />
      <g class="chair">
        <path d="M62 62c-3-18 12-22 19-12l9 44h34c7 0 8 10 1 11H84c-8 0-10-3-12-11z" />
        <path d="M86 106l-7 31M118 106l6 31" />
      </g>
      <g class="chair" transform="translate(320 0) scale(-1 1)">
        <path d="M62 62c-3-18 12-22 19-12l9 44h34c7 0 8 10 1 11H84c-8 0-10-3-12-11z" />
        <path d="M86 106l-7 31M118 106l6 31" />
      </g>
      <path class="stand" d="M160 44v90M148 137h24" />
      <path class="shade" d="M142 46l9-28h18l9 28z" />
    </svg>
  );
}

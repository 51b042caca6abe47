/** The words of the page, by language. The type is English's shape: a missing key in another does not compile. */
import { en } from './en.ts';
import { es } from './es.ts';

type Widened<T> = T extends string
  ? string
  : T extends (...given: infer G) => infer R
    ? (...given: G) => Widened<R>
    : T extends readonly (infer U)[]
      ? readonly Widened<U>[]
      : { readonly [K in keyof T]: Widened<T[K]> };

export type Words = Widened<typeof en>;

export const LANGUAGES = { en, es } as const satisfies Record<string, Words>;
export type Language = keyof typeof LANGUAGES;

const isLanguage = (tag: string): tag is Language => Object.hasOwn(LANGUAGES, tag);

/** The first wish we can meet, by primary tag ("es-MX" is Spanish); English where none can be met. */
export function languageFor(wishes: readonly string[]): Language {
  for (const wish of wishes) {
    const primary = wish.toLowerCase().split('-')[0] ?? '';
    if (isLanguage(primary)) return primary;
  }
  return 'en';
}

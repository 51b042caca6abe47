/** Shows one scene without a server: `/test/stage/?scene=room&language=es`. */
import '@fontsource-variable/newsreader/wght.css';
import '@fontsource-variable/nunito-sans/wght.css';
import '../../src/styles/all.css';
import { render } from 'preact';
import { signal } from '@preact/signals';
import { createAnnouncer } from '../../src/app/announcer.ts';
import { Pages, StandAlone } from '../../src/views/pages.tsx';
import { LANGUAGES, languageFor } from '../../src/words/words.ts';
import { journeyOf, roomOf } from './fake-room.ts';
import { SCENES } from './scenes.ts';

const query = new URLSearchParams(location.search);
const language = languageFor([query.get('language') ?? 'en']);
const scene = SCENES[query.get('scene') ?? ''];
const page = document.getElementById('page');
if (page === null || scene === undefined) throw new Error('no such scene');
document.documentElement.lang = language;

if ('problem' in scene) render(<StandAlone words={LANGUAGES[language]} problem={scene.problem} />, page);
else {
  const set = scene.set(language);
  render(
    <Pages
      app={{
        room: roomOf(set),
        journey: journeyOf(set),
        words: signal(LANGUAGES[language]),
        announcer: createAnnouncer(),
      }}
    />,
    page,
  );
}

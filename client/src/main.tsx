import '@fontsource-variable/newsreader/wght.css';
import '@fontsource-variable/nunito-sans/wght.css';
import './styles/all.css';
import { computed, effect } from '@preact/signals';
import { render } from 'preact';
import { createAnnouncer } from './app/announcer.ts';
import { followHappenings } from './app/happenings.ts';
import { createJourney } from './app/journey.ts';
import { keepReady } from './app/keep-ready.ts';
import { judgeBrowser } from './room/browser.ts';
import { linkFromFragment } from './room/link.ts';
import { createRoom } from './room/room.ts';
import { Pages, StandAlone } from './views/pages.tsx';
import { LANGUAGES, languageFor } from './words/words.ts';

const page = document.getElementById('page');
if (page === null) throw new Error('index.html has no #page');

const link = linkFromFragment(location.hash);
const browser = judgeBrowser();

// Another link in the same tab is another seat.
addEventListener('hashchange', () => location.reload());

if (link === null || browser !== 'fine') {
  const language = languageFor(navigator.languages);
  document.documentElement.lang = language;
  const problem = link === null ? 'missing' : browser;
  render(<StandAlone words={LANGUAGES[language]} problem={problem === 'fine' ? 'missing' : problem} />, page);
} else {
  const announcer = createAnnouncer();
  const journey = createJourney();
  const room = createRoom({ link, memory: tabMemory() });
  const language = computed(() =>
    languageFor([...(room.view.value === null ? [] : [room.view.value.language]), ...navigator.languages]),
  );
  const words = computed(() => LANGUAGES[language.value]);
  effect(() => {
    document.documentElement.lang = language.value;
  });
  followHappenings({
    room,
    words: () => words.value,
    say: announcer.say,
    began: () => room.speakers.chime(),
  });
  keepReady({ room, journey });
  render(<Pages app={{ room, journey, words, announcer }} />, page);
}

/** Lasts as long as the tab, and is not there in a second one. */
function tabMemory(): { read(): string | null; write(resume: string): void } {
  const KEY = 'parley.resume';
  let inMemory: string | null = null;
  return {
    read() {
      try {
        return sessionStorage.getItem(KEY) ?? inMemory;
      } catch {
        return inMemory;
      }
    },
    write(resume) {
      inMemory = resume;
      try {
        sessionStorage.setItem(KEY, resume);
      } catch {
        // Storage is forbidden here: a reload will have to ask for the seat.
      }
    },
  };
}

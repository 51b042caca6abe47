/**
 * What the two bots tell each other: two lives in many words. Sentences are put together from parts, so that an
 * hour of talk never says the same thing twice and a few seconds of it are found nowhere else in the recording.
 */
import { seededRandom, shuffled } from './random.ts';

/** A sentence with `{name}` where a word is chosen, and the words. */
interface Story {
  readonly sentences: readonly string[];
  readonly words: Readonly<Record<string, readonly string[]>>;
}

const boatbuilder: Story = {
  sentences: [
    'My {elder} repaired {craft} on the {shore}, and at {age} I was allowed to hold the {tool}.',
    'Every {season} the {weather} came over the {shore} before anybody had finished {chore}.',
    'I voted the other way for {age} years, mostly because of {worry} and what it did to {place}.',
    'You learn patience from {wood}; it splits exactly where you {hurry}.',
    'The strangest job was a {craft} with {oddity} hidden behind the {part}.',
    'When the yard closed, {number} of us stood by the gate with our {tool} and nobody spoke of {worry}.',
    'My daughter thinks I am stubborn about {worry}, and she may be right.',
    'We used to eat {food} on the slipway while the {weather} rattled the {part}.',
    'What frightened me was never the {weather}, it was the silence after {chore}.',
    'If I could keep one thing from that {season}, it would be the smell of {wood} and {food}.',
    'A stranger from {place} once paid me with {oddity} instead of money.',
    'I do not trust people who are quick with {worry} and slow with {chore}.',
    'Tell me, did your {elder} ever argue about {worry} over {food}?',
    'There were {number} of us at that table, and {number} opinions about {worry}.',
  ],
  words: {
    elder: ['grandfather', 'uncle Joseph', 'mother', 'godfather', 'neighbour', 'elder brother', 'aunt'],
    craft: [
      'a herring drifter',
      'a rowing skiff',
      'a pilot cutter',
      'a fishing dory',
      'an old ferry',
      'a barge',
    ],
    shore: ['estuary', 'northern bay', 'mud flats', 'harbour wall', 'shingle beach', 'river mouth'],
    age: ['seven', 'eleven', 'thirteen', 'nineteen', 'twenty six', 'forty'],
    tool: ['caulking mallet', 'drawknife', 'spokeshave', 'brass plane', 'steam box lid', 'copper rivets'],
    season: ['October', 'spring', 'long winter', 'August', 'lent', 'autumn', 'harvest'],
    weather: ['sea fog', 'gale', 'thunder', 'drizzle', 'hail', 'ice', 'south wind'],
    chore: ['varnishing', 'sharpening', 'hauling nets', 'counting planks', 'boiling pitch', 'sweeping up'],
    worry: ['the new road', 'taxes', 'foreign prices', 'the school', 'quotas', 'the bridge', 'pensions'],
    place: ['the village', 'Aberdeen', 'our island', 'the capital', 'Gothenburg', 'the valley', 'Porto'],
    wood: ['larch', 'green oak', 'elm', 'cedar', 'pitch pine', 'ash', 'mahogany'],
    hurry: ['hurry', 'hope it will not', 'forget the grain', 'talk too much', 'look away'],
    oddity: ['a church bell', 'forty letters', 'a wooden leg', 'a parrot cage', 'silver spoons', 'a harp'],
    part: ['bulkhead', 'keelson', 'tarpaulin', 'rudder post', 'hatch', 'stove pipe'],
    number: ['sixteen', 'five', 'thirty two', 'nine', 'twelve', 'seven'],
    food: ['smoked haddock', 'barley soup', 'rhubarb cake', 'pickled onions', 'rye bread', 'strong tea'],
  },
};

const nurse: Story = {
  sentences: [
    'On the {ward} you hear {sound} long before you see the {person}.',
    'I moved to {city} with {luggage} and exactly {sum} in my pocket.',
    'People imagine {calm}, but most nights were {busy} and coffee from a {vessel}.',
    'An old {person} asked me to {favour}, and I did it {way}.',
    'For {span} I was certain that {belief}; then I met somebody who {deed}.',
    'My parents came from {city}, so elections at home were always about {cause}.',
    'The {person} in the next bed read {book} aloud until everybody laughed at {cause}.',
    'I still keep {keepsake} in the drawer, wrapped in a page about {cause}.',
    'Whenever it snows in {city} I think about {sound} and the smell of {scent}.',
    'Nobody told us that {belief}, and after {span} we found it out {way}.',
    'Did you ever {favour} for a person who {deed}?',
    'Honestly, {cause} divides my family more than {book} or religion ever could.',
    'There is a bench outside the {ward} where I learned to {favour} {way}.',
    'It took me {span} and {keepsake} to forgive the {person} who {deed}.',
  ],
  words: {
    ward: ['children’s ward', 'burns unit', 'maternity corridor', 'emergency room', 'dialysis station'],
    sound: ['a squeaking trolley', 'someone humming', 'rubber soles', 'the kettle', 'a lullaby', 'the lift'],
    person: ['violinist', 'bus driver', 'widow', 'football coach', 'librarian', 'beekeeper', 'judge'],
    city: ['Manila', 'Lisbon', 'Minneapolis', 'Nairobi', 'Cork', 'Winnipeg', 'Kraków'],
    luggage: ['two suitcases', 'a guitar', 'my sister’s coat', 'a box of mangoes', 'one umbrella'],
    sum: ['eighty dollars', 'a borrowed ticket', 'three coins', 'nothing at all', 'fifty pounds'],
    calm: ['whispering and moonlight', 'a peaceful job', 'heroes running', 'machines beeping politely'],
    busy: ['paperwork', 'laundry mountains', 'jokes', 'missing slippers', 'arguments with printers'],
    vessel: ['measuring jug', 'chipped mug', 'paper cone', 'vase', 'thermos'],
    favour: ['write a letter', 'feed the cat', 'sing quietly', 'open the window', 'hold a telephone'],
    way: ['without asking why', 'every Thursday', 'badly', 'in the dark', 'with both hands', 'twice'],
    span: ['eight months', 'a whole decade', 'one fortnight', 'half my life', 'three shifts'],
    belief: ['borders protect us', 'nothing changes', 'money decides', 'neighbours forget', 'rules are kind'],
    deed: ['shared her garden', 'drove through a flood', 'apologised first', 'lost everything', 'stayed'],
    cause: ['hospitals', 'the railway', 'guns', 'wages', 'the river', 'immigration', 'bread prices'],
    book: ['a cookery book', 'detective stories', 'the almanac', 'old sermons', 'seed catalogues'],
    keepsake: ['a blue button', 'her fountain pen', 'dried lavender', 'the night key', 'a bus token'],
    scent: ['ginger', 'disinfectant', 'wet wool', 'oranges', 'candle wax', 'fresh plaster'],
  },
};

export type Teller = 'boatbuilder' | 'nurse';
const stories: Readonly<Record<Teller, Story>> = { boatbuilder, nurse };

/** Sentences without an end, none twice until the story has no other left. */
export function* tell(teller: Teller, seed: number): Generator<string, never> {
  const story = stories[teller];
  const random = seededRandom(seed);
  const told = new Set<string>();
  for (;;) {
    const before = told.size;
    for (const template of shuffled(story.sentences, random)) {
      const sentence = template.replaceAll(/\{(\w+)\}/g, (_, slot: string) => {
        const words = story.words[slot] ?? [];
        return words[Math.floor(random() * words.length)] ?? slot;
      });
      if (told.has(sentence)) continue;
      told.add(sentence);
      yield sentence;
    }
    if (told.size === before) told.clear();
  }
}

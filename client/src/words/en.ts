/** English. Functions take what is told; they return whole sentences, so that no grammar is glued in a view. */
import { leadingCount, length, moment, span, wait } from './time.ts';

const L = 'en';
const list = new Intl.ListFormat(L, { type: 'conjunction' });

export const en = {
  common: {
    back: 'Back',
    close: 'Close',
    tryAgain: 'Try again',
  },

  time: {
    left: (ms: number) => `${span(L, ms)} left`,
    lastMinutes: (ms: number) => `There ${leadingCount(ms) === 1 ? 'is' : 'are'} ${span(L, ms)} left.`,
    over: 'Time is over',
    paused: (ms: number) => `The clock stands at ${span(L, ms)}`,
  },

  opening: { title: 'One moment', body: 'Your place is being opened.' },

  welcome: {
    hello: (name: string) => `Hello, ${name}.`,
    title: (partner: string) => `You are about to meet ${partner}.`,
    plain: (program: string, ms: number) =>
      `${program}: a conversation of ${length(L, ms)} between the two of you.`,
    facilitated:
      'Someone guides you. They hear and see you both, and lay the question cards on the table. They never speak, and you always see whether they are there.',
    planned: (at: number) => `You meet on ${moment(L, at)}. You are welcome to be early.`,
    go: 'Come in',
  },

  outline: {
    title: 'What will happen',
    lines: (duration: number, guided: boolean) => [
      'First you check your sound, and your picture if you want to be seen.',
      guided
        ? `When you are both ready, you talk for ${length(L, duration)}. Your guide lays question cards on the table.`
        : `When you are both ready, you talk for ${length(L, duration)}. Question cards lie on the table; you turn them yourselves.`,
      'The sound is recorded, from the start until you have said goodbye. The picture is never recorded.',
      'Afterwards each of you says, alone, whether others may hear it. It stays private unless you both say yes.',
    ],
    more: 'What happens afterwards',
    go: 'Go on',
  },

  consent: {
    title: 'Do you agree to be recorded?',
    regionLabel: 'What you agree to',
    agree: 'I agree',
    disagree: 'I don’t agree',
    sending: 'One moment…',
    notTaken: 'Your answer did not arrive. Please press “I agree” again.',
    declinedTitle: 'That is all right.',
    declinedBody:
      'Nothing has been recorded, and the conversation does not begin. You can close this page. If you want to talk about it first, write to the people who sent you the link.',
    declinedBack: 'Read it again',
    takeBackTitle: 'If you want to take it back',
    takeBack: 'I no longer agree to be recorded',
  },

  check: {
    title: 'Can you be heard?',
    intro:
      'Your browser will ask whether this page may use your microphone and camera. Nobody hears or sees you yet.',
    turnOn: 'Turn on microphone and camera',
    turnOnSound: 'Microphone only',
    waiting: 'Your browser is asking you now. Choose “Allow”.',
    sayThis: 'Say a few words, for instance what you had for breakfast.',
    microphone: 'Microphone',
    camera: 'Camera',
    speaker: 'Loudspeaker',
    noCamera: 'No camera: sound only',
    other: 'Choose another microphone, camera or loudspeaker',
    withoutPicture: 'Go on without a picture',
    withPicture: 'Turn the camera on',
    defaultSpeaker: 'As the device chooses',
    unnamed: (kind: string, count: number) => `${kind} ${count}`,
    selfLabel: 'Your own picture, as in a mirror',
    soundOnly: 'Sound only. That is a good way to take part: many people listen better without a picture.',
    meterLabel: 'How loud your microphone hears you',
    verdict: {
      listening: 'We are listening…',
      good: 'We hear you well.',
      quiet: 'We hear you faintly. Come closer to the microphone, or choose another.',
      loud: 'You are very loud. Move back a little from the microphone.',
      silent:
        'We hear nothing. Check that the microphone is plugged in and not switched off, or choose another.',
    },
    playSound: 'Play a sound',
    playedSound: 'Did you hear three soft notes? If not, turn up the volume or choose another loudspeaker.',
    headphones: 'Headphones make it easier to hear each other.',
    using: (name: string) => `You use: ${name}`,
    echo: {
      listening: 'Please be quiet for a moment, and listen: three soft notes.',
      none: 'Your microphone does not hear your loudspeaker: there is no echo.',
      some: 'Your microphone hears your loudspeaker, and your partner may hear an echo. Use headphones, or turn the volume down.',
      unknown: 'We could not tell whether there is an echo. Play the sound once more, without talking.',
    },
    way: {
      testing: 'We are trying the way from here to the conversation…',
      good: 'Sound gets through from here.',
      detour:
        'Sound gets through, but only by a detour, and may stutter. If you can, use another network or a cable.',
      unknown:
        'We could not find out whether sound gets through from here. If you can’t be heard later, try another network, perhaps your phone’s.',
    },
    go: 'This is good',
    goAnyway: 'Go on anyway',
  },

  devices: {
    denied: {
      title: 'This page may not use your microphone yet.',
      body: 'Your browser said no, or you did. Press the small lock or camera sign beside the address, allow the microphone, then try again.',
    },
    none: {
      title: 'No microphone was found.',
      body: 'Plug one in, or use a phone or a computer that has one. Then try again.',
    },
    busy: {
      title: 'Your microphone is in use elsewhere.',
      body: 'Another program is holding it, perhaps another call. Close that program, then try again.',
    },
    other: {
      title: 'Your microphone did not start.',
      body: 'Try again. If it stays like this, close the browser and open your link once more.',
    },
    camera: {
      denied:
        'Your browser does not allow the camera here. You can go on with sound only, or allow it beside the address.',
      none: 'No camera was found. You can go on with sound only.',
      busy: 'Another program is using your camera. Close it and turn the camera on again, or go on with sound only.',
      other: 'Your camera did not start. You can go on with sound only.',
    },
    lost: 'Your microphone was unplugged. Your partner can’t hear you. Plug it in again, or choose another.',
    replaced: 'Your microphone was unplugged. We took another one that we found. Say something, to be sure.',
    silent:
      'Your microphone went silent. Your partner can’t hear you. Check that it is plugged in, or choose another.',
    choose: 'Choose another',
    cameraLost: 'Your camera stopped. Your partner hears you still.',
  },

  ready: {
    title: 'Are you ready?',
    body: 'Find a place where nobody disturbs you. Have a glass of water near. Put other things away.',
    stay: (partner: string) => `${partner} hears you only when the conversation begins.`,
    go: 'I’m ready',
  },

  waiting: {
    title: {
      alone: (partner: string) => `${partner} is not here yet.`,
      partnerPreparing: (partner: string) => `${partner} is here, and getting ready.`,
      facilitator: 'Your guide is not here yet.',
      facilitatorStarts: 'Everyone is ready. Your guide begins in a moment.',
      starting: 'You are both ready. It begins.',
    },
    whoLabel: 'Who is here',
    status: {
      away: 'not here yet',
      preparing: 'here, getting ready',
      ready: 'ready',
      here: 'here',
    },
    youSuffix: 'you',
    facilitator: 'Your guide',
    stay: 'You can leave this page open. You hear a soft note when it begins.',
    readTitle: 'On listening well',
    read: [
      'Listen to understand, not to answer. You will have your turn.',
      'Ask for the story behind an opinion: “How did you come to see it that way?”',
      'A silence is not a hole. Count to three before you fill it.',
      'You need not agree. It is enough that each of you feels heard.',
    ],
    notReady: 'I need another moment',
  },

  returning: {
    title: 'Your place is kept.',
    live: (partner: string) =>
      `The conversation with ${partner} is going on. Come back in when you are ready.`,
    lobby: 'Let us check your sound once more before it begins.',
    go: 'Come back in',
  },

  away: {
    title: 'You stepped away.',
    body: (partner: string) =>
      `${partner} sees that you are away. If it takes long, the clock waits for you.`,
    go: 'Come back in',
  },

  room: {
    label: 'The conversation',
    recording: 'Being recorded',
    notRecording: 'Not being recorded',
    notRecordingPaused: 'Paused: not being recorded',
    notRecordingWhy: 'Nothing you say now is recorded. You can go on talking.',
    guideHere: 'Your guide is here',
    guideAway: 'Your guide is away',
    partnerLabel: (name: string) => `${name}’s picture`,
    soundOnly: (name: string) => `${name} takes part by sound only.`,
    connecting: (name: string) => `${name}’s sound is on its way…`,
    selfLabel: 'Your own picture',
    hideSelf: 'Put my picture away',
    showSelf: 'Show my picture',
    mute: 'Mute',
    unmute: 'Unmute',
    muted: 'You are muted',
    cameraOn: 'Camera on',
    cameraOff: 'Camera off',
    devices: 'Devices',
    leave: 'Leave',
    controlsLabel: 'Your microphone, camera and devices, and leaving',
    hear: 'Press here to hear',
    hearBody: 'Your browser waits for a press before it plays sound.',
  },

  card: {
    label: 'The card on the table',
    count: (index: number, count: number) => `Card ${index + 1} of ${count}`,
    layAside: 'Lay aside',
    show: 'Show the card',
    back: 'Card before',
    next: 'Next card',
    first: 'Turn the first card',
    none: 'No card is on the table yet.',
    noneGuided: 'Your guide will lay a card on the table.',
    new: (text: string) => `A new card: ${text}`,
  },

  nudge: {
    label: 'A note from your guide',
    layAside: 'Lay the note aside',
    new: (text: string) => `A note from your guide: ${text}`,
  },

  extension: {
    ask: 'A little more time?',
    asked: (partner: string, ms: number) =>
      `You asked for ${length(L, ms)} more. It is done if ${partner} wants it too.`,
    unask: 'Never mind',
    partnerAsks: (partner: string, ms: number) =>
      `${partner} would like ${length(L, ms)} more. Would you like that too?`,
    yes: 'Yes, a little more',
    no: 'No, end on time',
    extended: (ms: number) => `You have ${length(L, ms)} more.`,
  },

  /** What is measured at both ends, told calmly. */
  hints: {
    muted: (partner: string) => `You are muted. ${partner} can’t hear you.`,
    weak: 'Your connection is weak. It helps to turn the camera off, or to move closer to the Wi-Fi.',
    partner: {
      gone: (name: string) => `We can’t hear ${name}: the microphone is gone. Give it a moment.`,
      silent: (name: string) => `We can’t hear ${name}: the microphone is silent.`,
      muted: (name: string) => `${name}’s microphone is off.`,
      lost: (name: string) => `${name}’s connection dropped. Give it a moment.`,
      weak: (name: string) => `${name}’s connection is weak. You may miss a word now and then.`,
    },
  },

  help: {
    button: 'Something is wrong',
    title: 'What is wrong?',
    toGuide: (partner: string) => `Your guide reads it at once. ${partner} does not see it.`,
    toStaff: (partner: string) =>
      `The people who invited you get it. ${partner} does not see it. Perhaps nobody reads it this minute.`,
    kinds: {
      'cannot-hear': 'I can’t hear',
      'not-safe': 'I don’t feel safe',
      technical: 'Something does not work',
    },
    note: 'In your own words, if you like',
    send: 'Tell them',
    toldGuide: 'We have told your guide.',
    toldStaff: 'We have told the people who invited you.',
    toldBody: 'You can stay, or leave whenever you want.',
    danger: 'If you are in danger, call the emergency number of the place where you are.',
    leave: 'Leave quietly now',
    leaveTalking: (partner: string) =>
      `It ends at once for you and ${partner}, without a farewell, and the recording stops. You owe nobody a reason.`,
    leaveLobby: 'You leave at once. Nothing has been recorded.',
    leaveAfter: 'You leave at once. Your link stays good.',
  },

  left: {
    title: 'You have left.',
    lobby: 'Nothing was recorded. Your place is kept, in case you want to come back.',
    ending: 'Your microphone and camera are off. One moment, we are ending it for both.',
    ended: (partner: string) =>
      `The conversation is over, and the recording has stopped. ${partner} sees that it was stopped, not why.`,
    later:
      'You can say later what may become of the recording, or have it deleted. Take your time: your link stays good.',
    unheard: (partner: string) =>
      `Your microphone and camera are off. We could not reach the conversation to end it for both. ${partner} sees that you are away.`,
    after: 'You can close this page. Your link stays good, in case you want to come back.',
    care: 'If it was hard, talk about it with someone you trust.',
    back: 'Come back in',
    open: 'Open my page again',
  },

  withdrawal: {
    button: 'Withdraw my consent: the recording is deleted',
    title: 'Delete the recording for good?',
    talking: (partner: string) => `The conversation ends at once for you and ${partner}.`,
    body: (partner: string) =>
      `The recording is deleted everywhere we keep it, with your voice and ${partner}’s. Nobody can bring it back, and this can’t be undone.`,
    copies: 'A copy that one of you has downloaded is not in our hands.',
    sure: 'Yes, delete it for good',
    keep: 'No, keep it',
    option: 'Withdraw my consent',
    optionBody: 'It ends at once for both, and the recording is deleted for good.',
    yours: 'You have taken your consent back.',
    theirs: 'The recording was taken back.',
    theirsBody: 'Each of you may do that, without giving a reason. What you gave each other stays with you.',
    deleting: 'The recording is being deleted now, everywhere we keep it. You need not wait for it.',
    deleted: 'The recording is deleted, everywhere we kept it.',
    final: 'This can’t be undone. Nothing is published, and there is nothing more for you to do.',
  },

  listening: {
    title: 'Listen first, if you like',
    preparing:
      'The recording is being prepared. In a few minutes you can listen to it here. You need not wait: you can answer now, and change it later.',
    notReady:
      'The recording is not ready to be heard. The people who invited you look after it. You can answer all the same.',
    label: 'The recording of your conversation',
    unplayable: 'The recording can’t be played right now.',
    download: 'Download a copy',
    care: 'A copy is yours to keep, and in your care.',
    answeredBefore: 'You answered before you could listen. You can still change it.',
  },

  trouble: {
    reconnecting: 'Your connection dropped. We are reconnecting; your place is kept. You need do nothing.',
    mediaAway: (partner: string) => `Sound is being reconnected. ${partner} may not hear you for a moment.`,
    serverAway: {
      title: 'We can’t reach the conversation right now.',
      body: 'Your internet may be down, or our side is being restarted. This page keeps trying by itself. Your place and your link stay good.',
    },
    stillTrying: 'Still trying…',
    back: 'You are connected again.',
    partnerAway: (name: string) => `${name} lost the connection or stepped away. Stay; the place is kept.`,
    partnerBack: (name: string) => `${name} is back.`,
    paused: (name: string, untilMs: number) =>
      `The clock waits for ${name}. If nobody comes back within ${span(L, untilMs)}, the conversation ends here.`,
    pausedPlain: (untilMs: number) =>
      `The clock waits. If nobody comes back within ${span(L, untilMs)}, the conversation ends here.`,
    pausedByGuide:
      'Your guide has stopped the clock for a while. You still hear each other, but nothing is recorded until it goes on.',
    resumed: 'The clock goes on.',
    notDone: 'That did not arrive. Please try once more.',
  },

  leave: {
    title: 'Do you want to leave?',
    step: 'Step away for a moment',
    stepBody: (partner: string) =>
      `${partner} sees that you are away. You come back with the button you will see, or with your link.`,
    end: 'End the conversation for both',
    endBody: (partner: string) =>
      `It ends at once for you and ${partner}, and the recording stops. Afterwards each of you still says what may become of it.`,
    endSure: 'Yes, end it now',
    stay: 'Stay',
  },

  deviceDialog: { title: 'Your devices', done: 'Done' },

  takeover: {
    title: 'Someone opened your link on another device. Was that you?',
    body: (ms: number) => `If you don’t answer within ${span(L, ms)}, your place goes to the other device.`,
    allow: 'Yes, move there',
    keep: 'No, stay here',
  },

  secondDevice: {
    title: 'Your place is open on another device.',
    body: 'We are asking there whether you may take over here. Answer on the other device, or just wait.',
    left: (ms: number) => `At the latest in ${span(L, ms)} you can go on here.`,
  },

  lost: {
    'taken-over': {
      title: 'You went on with another device.',
      body: 'Your place is open there now. If you want it back here, open it here again.',
      go: 'Take my place here',
    },
    refused: {
      title: 'The other device kept the place.',
      body: 'Someone there said that it should stay. If that was not you, write to the people who sent you the link.',
      go: 'Ask again',
    },
    'link-replaced': {
      title: 'This link was replaced.',
      body: 'A newer link was made for you. Look for it in your messages, and open that one.',
    },
  },

  link: {
    missing: {
      title: 'Open your own link to come in.',
      body: 'You got it in a message. If it was cut in two, copy all of it, to the last letter.',
    },
    invalid: {
      title: 'This link can’t be read.',
      body: 'Perhaps a piece of it is missing. Copy all of it from the message once more. If that does not help, ask for a new one.',
    },
    expired: {
      title: 'This link is no longer open.',
      body: 'Its time has passed. If you expected to talk today, write to the people who sent it to you.',
    },
    notYet: {
      title: 'You are early.',
      body: 'Your link opens a little before your conversation. You can leave this page open; it goes on by itself.',
      opens: (at: number) => `It opens on ${moment(L, at)}.`,
      soon: (ms: number) => `That is in ${wait(L, ms)}.`,
    },
    over: {
      title: 'This conversation is over.',
      body: 'There is nothing more for you to do here. Thank you for coming.',
    },
  },

  browser: {
    old: {
      title: 'This browser can’t carry the conversation.',
      body: 'Please open your link in a recent Firefox, Chrome, Edge or Safari, on a computer or a phone.',
    },
    insecure: {
      title: 'This address is not protected.',
      body: 'Browsers give out the microphone only on protected addresses, which begin with https. Ask the people who sent you the link for such an address.',
    },
  },

  farewell: {
    title: 'Time is over. Say goodbye.',
    titleEarly: 'The conversation is ending. Say goodbye.',
    left: (ms: number) => `You hear each other for another ${span(L, ms)}.`,
    done: 'We have said goodbye',
  },

  decision: {
    stopped:
      'The conversation was stopped, and the recording with it. That happens, and it is nobody’s fault. Take a breath.',
    exhausted:
      'One of you was away for long, so the conversation ended early. What you had until then is kept.',
    title: 'May others hear your conversation?',
    intro: (partner: string) => `You answer alone. ${partner} learns of it only if you both say the same.`,
    public: 'Yes, others may hear it',
    publicBody: (partner: string) =>
      `It is made public only if ${partner} also says yes. Then anyone may listen to it.`,
    private: 'No, keep it private',
    privateBody: () =>
      'It is not made public, whatever the other says. One “no” is enough, and you need give no reason.',
    chosen: 'Your answer',
    until: (at: number) => `You can change this until ${moment(L, at)}.`,
    unanswered: 'If you say nothing, it stays private.',
    done: 'I’m done',
    sending: 'Keeping your answer…',
    agreed: {
      public: 'You have both said: others may hear it.',
      private: 'You have both said: keep it private.',
    },
  },

  thanks: {
    title: 'Thank you.',
    body: (partner: string) => `You and ${partner} gave each other time and a hearing. That is rare.`,
    nextTitle: 'What happens next',
    saidPublic: 'You said: others may hear it.',
    saidPrivate: 'You said: keep it private.',
    saidNothing: 'You have not answered yet. If you say nothing, it stays private.',
    until: (at: number) =>
      `You can change your answer until ${moment(L, at)}: open your link again, or press below.`,
    bothDecide: 'It is made public only if both of you say yes. Otherwise it stays private.',
    outcomePublic: 'You both said yes: the recording may be made public.',
    outcomePrivate: 'The recording stays private.',
    change: 'Change my answer',
    closeNow: 'You can close this page now.',
  },

  cancelled: {
    title: 'This conversation was called off.',
    body: 'You need not wait. The people who invited you can tell you more, and find another time.',
  },

  abandoned: {
    title: 'The conversation did not begin.',
    body: 'Not everyone could be there in time. Nothing was recorded. The people who invited you can find another time.',
  },

  desk: {
    welcomeTitle: (names: readonly string[]) => `You guide ${list.format(names)}.`,
    welcomeBody:
      'You hear and see both once it begins. You yourself are never heard, seen or recorded; they always see whether you are here. No microphone or camera is needed.',
    sit: 'Take your seat',
    title: 'Your desk',
    people: 'The two',
    start: 'Begin the conversation',
    startBlocked: {
      here: (name: string) => `${name} is not here yet.`,
      consent: (name: string) => `${name} has not agreed yet.`,
      ready: (name: string) => `${name} is getting ready.`,
    },
    canStart: 'Both are ready.',
    end: 'End',
    endTitle: 'End the conversation now?',
    endBody: 'Both get a short farewell with sound, then each decides alone.',
    endSure: 'Yes, end it',
    noPicture: 'Sound only',
    beforeStart: 'You hear and see them once the conversation begins.',
    farewell: 'They are saying goodbye.',

    deck: 'The cards',
    deckHint: 'Arrow keys choose, Enter lays a card on the table.',
    onTable: 'on the table',
    shownAt: (times: readonly string[]) => `shown at ${list.format(times)}`,

    person: {
      level: (name: string) => `How loud ${name} is heard`,
      speaks: 'speaking',
      here: 'here',
      away: 'away',
      microphone: {
        on: 'microphone on',
        muted: 'muted',
        silent: 'microphone silent: not heard',
        gone: 'no microphone',
        unknown: 'microphone: not known yet',
      },
      connection: {
        good: 'good connection',
        weak: 'weak connection',
        lost: 'connection lost',
        unknown: 'connection: not known yet',
      },
      arrived: 'here',
      notArrived: 'not here yet',
      agreed: 'agrees to be recorded',
      notAgreed: 'has not agreed yet',
      ready: 'ready',
      notReady: 'not ready yet',
      notChecked: 'sound not checked yet',
      voice: {
        good: 'heard well',
        soft: 'heard faintly',
        clipping: 'too loud',
        silent: 'not heard in the sound check',
      },
      echo: { none: 'no echo', some: 'some echo' },
      way: {
        direct: 'good way through',
        slower: 'only a slower way through',
        relay: 'only through a relay',
        none: 'sound may not get through',
      },
    },

    clock: {
      label: 'The clock',
      since: (clock: string) => `${clock} since the start`,
      pause: 'Pause',
      resume: 'Go on',
      extend: (ms: number) => `${length(L, ms)} more`,
      extendable: (ms: number) => `You can still add ${length(L, ms)} in all.`,
    },

    standing: {
      goesOn: (ms: number) =>
        `You paused the clock. In ${span(L, ms)} it goes on by itself, if you don’t let it go on before.`,
      endsUnlessBack: (ms: number) =>
        `You paused the clock, and not both are here. If it stays so for ${span(L, ms)}, the conversation ends.`,
      away: (names: readonly string[], ms: number) =>
        `The clock waits for ${list.format(names)}. If nobody comes back within ${span(L, ms)}, the conversation ends.`,
      nobodyAway: (ms: number) =>
        `The clock stands for a moment. If it stays so for ${span(L, ms)}, the conversation ends.`,
    },

    nudge: {
      title: 'Write to them',
      to: 'To',
      both: 'Both',
      text: 'A short note',
      hint: 'Shown quietly beside the card, and kept with the conversation.',
      phrases: 'Ready phrases',
      ready: [
        'Take your time.',
        'Ask one more question before you answer.',
        'Let the other finish.',
        'A little closer to the microphone, please.',
        'Only a few minutes are left. Slowly come to a close.',
      ],
      send: 'Send',
      sent: 'Sent',
      none: 'Nothing written yet.',
      delivered: 'Your note is sent.',
      notSent: 'Your note did not arrive. Send it once more.',
    },

    marks: {
      title: 'Moments worth finding again',
      note: 'What was it? (if you like)',
      set: 'Mark this moment',
      none: 'No moment marked yet.',
      bare: 'without a note',
      done: 'The moment is marked.',
    },

    reports: {
      label: 'What they told you',
      title: (name: string) => `${name} tells you that something is wrong.`,
      told: (name: string, kind: string) => `${name} tells you: “${kind}”.`,
      write: (name: string) => `Write to ${name}`,
      seen: 'I have seen it',
      earlier: 'What they told you before',
    },

    before: 'before',

    keys: {
      open: 'Keys',
      title: 'Keys at your desk',
      on: 'Keys are on',
      onHint: 'They do nothing while you are typing. Turn them off if you speak to your computer.',
      arrows: 'Choose a card',
      enter: 'Lay the chosen card on the table',
      start: 'Begin, when both are ready',
      pause: 'Pause, or let the clock go on',
      extend: 'Add time',
      end: 'End the conversation (you are asked again)',
      mark: 'Mark this moment',
      markNote: 'Write a note for the mark',
      nudgeBoth: 'Write to both',
      nudgeOne: (name: string) => `Write to ${name}`,
      phrases: 'Take a ready phrase',
      send: 'Send the note',
      escape: 'Leave the field, back to the cards',
      help: 'Show these keys',
      space: 'Space',
    },

    told: {
      ready: (name: string) => `${name} is ready.`,
      paused: 'The clock stands.',
      resumed: 'The clock goes on.',
      extended: 'Time was added.',
    },

    endedTitle: 'The conversation is over.',
    endedHow: {
      time: 'It went on to its end.',
      facilitator: 'You ended it.',
      stopped: 'One of the two stopped it. The recording stopped with it.',
      withdrawn: 'One of the two took the recording back. It is deleted.',
      'pauses-exhausted': 'One of them was away for long, so it ended early.',
    },
    endedBody:
      'Each now says, alone, whether others may hear it. Only the two decide; you need do nothing more. Thank you.',
    endedMade: 'What you leave behind',
    endedMadeBody: 'Kept with the conversation; the times count from its start.',
    endedMarks: 'Marked moments',
    endedNotes: 'Notes you wrote',
    endedNothing: 'No marks and no notes.',
  },
};

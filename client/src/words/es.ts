/** Español, escrito y no traducido: de usted, corto, en presente. */
import type { Words } from './words.ts';
import { leadingCount, length, moment, span, wait } from './time.ts';

const L = 'es';
const list = new Intl.ListFormat(L, { type: 'conjunction' });
const remains = (ms: number): string => (leadingCount(ms) === 1 ? 'Queda' : 'Quedan');

export const es: Words = {
  common: {
    back: 'Atrás',
    close: 'Cerrar',
    tryAgain: 'Probar otra vez',
  },

  time: {
    left: (ms) => `${remains(ms)} ${span(L, ms)}`,
    lastMinutes: (ms) => `${remains(ms)} ${span(L, ms)}.`,
    over: 'Se acabó el tiempo',
    paused: (ms) => `El reloj está parado: ${remains(ms).toLowerCase()} ${span(L, ms)}`,
  },

  opening: { title: 'Un momento', body: 'Estamos abriendo su lugar.' },

  welcome: {
    hello: (name) => `Hola, ${name}.`,
    title: (partner) => `Va a conocer a ${partner}.`,
    plain: (program, ms) => `${program}: una conversación de ${length(L, ms)} entre ustedes dos.`,
    facilitated:
      'Alguien los acompaña. Los ve y los oye, y pone sobre la mesa las tarjetas con preguntas. Nunca habla, y siempre se ve si está presente.',
    planned: (at) => `Se encuentran el ${moment(L, at)}. Puede llegar antes.`,
    go: 'Entrar',
  },

  outline: {
    title: 'Así será',
    lines: (duration, guided) => [
      'Primero prueba su sonido, y su imagen si quiere que lo vean.',
      guided
        ? `Cuando los dos estén listos, conversan ${length(L, duration)}. Quien los acompaña pone las tarjetas con preguntas sobre la mesa.`
        : `Cuando los dos estén listos, conversan ${length(L, duration)}. Sobre la mesa hay tarjetas con preguntas; las van pasando ustedes.`,
      'Se graba el sonido, desde el comienzo hasta que se despidan. La imagen no se graba nunca.',
      'Al final cada quien dice, a solas, si otras personas pueden oírla. Queda en privado salvo que los dos digan que sí.',
    ],
    more: 'Qué pasa después',
    go: 'Seguir',
  },

  consent: {
    title: '¿Está de acuerdo con que se grabe?',
    regionLabel: 'Lo que acepta',
    agree: 'Estoy de acuerdo',
    disagree: 'No estoy de acuerdo',
    sending: 'Un momento…',
    notTaken: 'Su respuesta no llegó. Pulse otra vez «Estoy de acuerdo».',
    declinedTitle: 'Está bien.',
    declinedBody:
      'No se ha grabado nada y la conversación no empieza. Puede cerrar esta página. Si antes quiere hablarlo, escriba a quienes le enviaron el enlace.',
    declinedBack: 'Volver a leerlo',
    takeBackTitle: 'Si quiere retirarlo',
    takeBack: 'Ya no estoy de acuerdo con que se grabe',
  },

  check: {
    title: '¿Se le oye?',
    intro:
      'Su navegador va a preguntarle si esta página puede usar el micrófono y la cámara. Todavía nadie lo oye ni lo ve.',
    turnOn: 'Encender micrófono y cámara',
    turnOnSound: 'Solo el micrófono',
    waiting: 'Su navegador se lo pregunta ahora. Elija «Permitir».',
    sayThis: 'Diga unas palabras; por ejemplo, qué desayunó.',
    microphone: 'Micrófono',
    camera: 'Cámara',
    speaker: 'Altavoz',
    noCamera: 'Sin cámara: solo sonido',
    other: 'Elegir otro micrófono, otra cámara u otro altavoz',
    withoutPicture: 'Seguir sin imagen',
    withPicture: 'Encender la cámara',
    defaultSpeaker: 'El que elija el aparato',
    unnamed: (kind, count) => `${kind} ${count}`,
    selfLabel: 'Su propia imagen, como en un espejo',
    soundOnly: 'Solo sonido. Es una buena manera de participar: mucha gente escucha mejor sin imagen.',
    meterLabel: 'Qué tan fuerte lo oye el micrófono',
    verdict: {
      listening: 'Lo estamos escuchando…',
      good: 'Lo oímos bien.',
      quiet: 'Lo oímos bajito. Acérquese al micrófono o elija otro.',
      loud: 'Se le oye muy fuerte. Aléjese un poco del micrófono.',
      silent: 'No oímos nada. Revise que el micrófono esté conectado y encendido, o elija otro.',
    },
    playSound: 'Tocar un sonido',
    playedSound: '¿Oyó tres notas suaves? Si no, suba el volumen o elija otro altavoz.',
    headphones: 'Con audífonos se oyen mejor.',
    using: (name) => `Está usando: ${name}`,
    echo: {
      listening: 'Guarde silencio un momento y escuche: tres notas suaves.',
      none: 'Su micrófono no oye su altavoz: no hay eco.',
      some: 'Su micrófono oye su altavoz, y la otra persona puede oír un eco. Use audífonos o baje el volumen.',
      unknown: 'No pudimos saber si hay eco. Toque el sonido otra vez, sin hablar.',
    },
    way: {
      testing: 'Estamos probando el camino desde aquí hasta la conversación…',
      good: 'El sonido llega bien desde aquí.',
      detour:
        'El sonido llega, pero dando un rodeo, y puede entrecortarse. Si puede, use otra red o un cable.',
      unknown:
        'No pudimos saber si el sonido llega desde aquí. Si después no lo oyen, pruebe con otra red, quizá la de su teléfono.',
    },
    go: 'Está bien así',
    goAnyway: 'Seguir de todos modos',
  },

  devices: {
    denied: {
      title: 'Esta página aún no puede usar su micrófono.',
      body: 'El navegador no dio permiso. Pulse el candado o el dibujo de la cámara junto a la dirección, permita el micrófono y pruebe otra vez.',
    },
    none: {
      title: 'No se encontró ningún micrófono.',
      body: 'Conecte uno, o use un teléfono o una computadora que lo tenga. Después pruebe otra vez.',
    },
    busy: {
      title: 'Su micrófono está ocupado.',
      body: 'Lo está usando otro programa, quizá otra llamada. Cierre ese programa y pruebe otra vez.',
    },
    other: {
      title: 'Su micrófono no arrancó.',
      body: 'Pruebe otra vez. Si sigue igual, cierre el navegador y abra de nuevo su enlace.',
    },
    camera: {
      denied:
        'El navegador no permite la cámara aquí. Puede seguir solo con sonido, o permitirla junto a la dirección.',
      none: 'No se encontró ninguna cámara. Puede seguir solo con sonido.',
      busy: 'Otro programa está usando su cámara. Ciérrelo y enciéndala otra vez, o siga solo con sonido.',
      other: 'Su cámara no arrancó. Puede seguir solo con sonido.',
    },
    lost: 'Su micrófono se desconectó. La otra persona no lo oye. Conéctelo otra vez o elija otro.',
    replaced: 'Su micrófono se desconectó. Usamos otro que encontramos. Diga algo, para estar seguros.',
    silent:
      'Su micrófono quedó en silencio. La otra persona no lo oye. Revise que esté conectado o elija otro.',
    choose: 'Elegir otro',
    cameraLost: 'Su cámara se detuvo. La otra persona lo sigue oyendo.',
  },

  ready: {
    title: '¿Todo listo?',
    body: 'Busque un lugar donde nadie lo interrumpa. Tenga cerca un vaso de agua. Deje lo demás a un lado.',
    stay: (partner) => `${partner} lo oye solo cuando la conversación empiece.`,
    go: 'Todo listo',
  },

  waiting: {
    title: {
      alone: (partner) => `${partner} todavía no llega.`,
      partnerPreparing: (partner) => `${partner} ya está aquí y se prepara.`,
      facilitator: 'Quien los acompaña todavía no llega.',
      facilitatorStarts: 'Ya está todo listo. Quien los acompaña empieza en un momento.',
      starting: 'Ya están listos los dos. Empieza.',
    },
    whoLabel: 'Quién está aquí',
    status: {
      away: 'aún no llega',
      preparing: 'aquí, preparándose',
      ready: 'todo listo',
      here: 'aquí',
    },
    youSuffix: 'usted',
    facilitator: 'Quien los acompaña',
    stay: 'Puede dejar esta página abierta. Oirá una nota suave cuando empiece.',
    readTitle: 'Sobre escuchar bien',
    read: [
      'Escuche para entender, no para contestar. Ya llegará su turno.',
      'Pregunte por la historia detrás de una opinión: «¿Cómo llegó a verlo así?»',
      'Un silencio no es un hueco. Cuente hasta tres antes de llenarlo.',
      'No hace falta estar de acuerdo. Basta con que los dos se sientan escuchados.',
    ],
    notReady: 'Necesito un momento más',
  },

  returning: {
    title: 'Su lugar lo espera.',
    live: (partner) => `La conversación con ${partner} sigue. Vuelva a entrar cuando quiera.`,
    lobby: 'Probemos su sonido una vez más antes de empezar.',
    go: 'Volver a entrar',
  },

  away: {
    title: 'Se apartó un momento.',
    body: (partner) => `${partner} ve que usted no está. Si tarda, el reloj lo espera.`,
    go: 'Volver a entrar',
  },

  room: {
    label: 'La conversación',
    recording: 'Se está grabando',
    notRecording: 'No se está grabando',
    notRecordingPaused: 'En pausa: no se graba',
    notRecordingWhy: 'Lo que dicen ahora no se graba. Pueden seguir conversando.',
    guideHere: 'Quien los acompaña está aquí',
    guideAway: 'Quien los acompaña no está',
    partnerLabel: (name) => `La imagen de ${name}`,
    soundOnly: (name) => `${name} participa solo con sonido.`,
    connecting: (name) => `El sonido de ${name} está por llegar…`,
    selfLabel: 'Su propia imagen',
    hideSelf: 'Guardar mi imagen',
    showSelf: 'Ver mi imagen',
    mute: 'Silenciar',
    unmute: 'Activar',
    muted: 'En silencio',
    cameraOn: 'Encender cámara',
    cameraOff: 'Apagar cámara',
    devices: 'Aparatos',
    leave: 'Salir',
    controlsLabel: 'Su micrófono, su cámara, sus aparatos y la salida',
    hear: 'Pulse aquí para oír',
    hearBody: 'Su navegador espera una pulsación antes de sonar.',
  },

  card: {
    label: 'La tarjeta sobre la mesa',
    count: (index, count) => `Tarjeta ${index + 1} de ${count}`,
    layAside: 'Apartar',
    show: 'Ver la tarjeta',
    back: 'Tarjeta anterior',
    next: 'Siguiente',
    first: 'Ver la primera tarjeta',
    none: 'Todavía no hay ninguna tarjeta sobre la mesa.',
    noneGuided: 'Quien los acompaña pondrá una tarjeta sobre la mesa.',
    new: (text) => `Una tarjeta nueva: ${text}`,
  },

  nudge: {
    label: 'Una nota de quien los acompaña',
    layAside: 'Apartar la nota',
    new: (text) => `Una nota de quien los acompaña: ${text}`,
  },

  extension: {
    ask: '¿Un poco más de tiempo?',
    asked: (partner, ms) => `Pidió ${length(L, ms)} más. Se hace si ${partner} también quiere.`,
    unask: 'Mejor no',
    partnerAsks: (partner, ms) => `A ${partner} le gustaría seguir ${length(L, ms)} más. ¿A usted también?`,
    yes: 'Sí, un poco más',
    no: 'No, terminar a la hora',
    extended: (ms) => `Tienen ${length(L, ms)} más.`,
  },

  hints: {
    muted: (partner) => `Su micrófono está en silencio. ${partner} no lo oye.`,
    weak: 'Su conexión está débil. Ayuda apagar la cámara o acercarse al wifi.',
    partner: {
      gone: (name) => `No oímos a ${name}: se quedó sin micrófono. Espere un momento.`,
      silent: (name) => `No oímos a ${name}: de su micrófono no sale nada.`,
      muted: (name) => `${name} tiene el micrófono apagado.`,
      lost: (name) => `Se cortó la conexión de ${name}. Espere un momento.`,
      weak: (name) => `La conexión de ${name} está débil. Puede que se pierda alguna palabra.`,
    },
  },

  help: {
    button: 'Algo anda mal',
    title: '¿Qué anda mal?',
    toGuide: (partner) => `Quien los acompaña lo lee enseguida. ${partner} no lo ve.`,
    toStaff: (partner) =>
      `Les llega a quienes lo invitaron. ${partner} no lo ve. Puede que nadie lo lea en este minuto.`,
    kinds: {
      'cannot-hear': 'No oigo',
      'not-safe': 'No me siento a salvo',
      technical: 'Algo no funciona',
    },
    note: 'Con sus palabras, si quiere',
    send: 'Avisar',
    toldGuide: 'Ya le avisamos a quien los acompaña.',
    toldStaff: 'Ya les avisamos a quienes lo invitaron.',
    toldBody: 'Puede quedarse, o salir cuando quiera.',
    danger: 'Si está en peligro, llame al número de emergencias del lugar donde está.',
    leave: 'Salir ahora, sin más',
    leaveTalking: (partner) =>
      `Termina al instante para usted y para ${partner}, sin despedida, y la grabación se detiene. No le debe explicaciones a nadie.`,
    leaveLobby: 'Sale al instante. No se ha grabado nada.',
    leaveAfter: 'Sale al instante. Su enlace sigue valiendo.',
  },

  left: {
    title: 'Ya salió.',
    lobby: 'No se grabó nada. Su lugar lo espera, por si quiere volver.',
    ending: 'Su micrófono y su cámara están apagados. Un momento, la estamos terminando para los dos.',
    ended: (partner) =>
      `La conversación terminó y la grabación se detuvo. ${partner} ve que se detuvo, no por qué.`,
    later:
      'Después puede decir qué se hace con la grabación, o pedir que se borre. Tómese su tiempo: su enlace sigue valiendo.',
    unheard: (partner) =>
      `Su micrófono y su cámara están apagados. No pudimos llegar a la conversación para terminarla para los dos. ${partner} ve que usted no está.`,
    after: 'Ya puede cerrar esta página. Su enlace sigue valiendo, por si quiere volver.',
    care: 'Si fue difícil, háblelo con alguien de confianza.',
    back: 'Volver a entrar',
    open: 'Abrir otra vez mi página',
  },

  withdrawal: {
    button: 'Retirar mi permiso: la grabación se borra',
    title: '¿Borrar la grabación para siempre?',
    talking: (partner) => `La conversación termina al instante para usted y para ${partner}.`,
    body: (partner) =>
      `La grabación se borra en todos los lugares donde la guardamos, con su voz y la de ${partner}. Nadie puede recuperarla, y esto no se puede deshacer.`,
    copies: 'Si uno de los dos descargó una copia, esa no está en nuestras manos.',
    sure: 'Sí, borrarla para siempre',
    keep: 'No, dejarla',
    option: 'Retirar mi permiso',
    optionBody: 'Termina al instante para los dos, y la grabación se borra para siempre.',
    yours: 'Usted retiró su permiso.',
    theirs: 'La grabación se retiró.',
    theirsBody:
      'Cada quien puede hacerlo, sin dar razones. Lo que se dijeron uno al otro se queda con ustedes.',
    deleting:
      'La grabación se está borrando en todos los lugares donde la guardamos. No hace falta que espere.',
    deleted: 'La grabación está borrada en todos los lugares donde la guardábamos.',
    final: 'Esto no se puede deshacer. No se publica nada, y aquí no le queda nada por hacer.',
  },

  listening: {
    title: 'Antes puede escucharla',
    preparing:
      'La grabación se está preparando. En unos minutos podrá escucharla aquí. No hace falta esperar: puede responder ahora y cambiarlo después.',
    notReady:
      'La grabación no está lista para escucharse. Quienes lo invitaron se ocupan de ella. Puede responder de todos modos.',
    label: 'La grabación de su conversación',
    unplayable: 'Ahora mismo la grabación no se puede escuchar.',
    download: 'Descargar una copia',
    care: 'La copia es suya, y queda a su cuidado.',
    answeredBefore: 'Respondió antes de poder escucharla. Todavía puede cambiarlo.',
  },

  trouble: {
    reconnecting:
      'Se cortó su conexión. La estamos recuperando y su lugar lo espera. No tiene que hacer nada.',
    mediaAway: (partner) => `Estamos recuperando el sonido. Puede que ${partner} no lo oiga por un momento.`,
    serverAway: {
      title: 'Ahora mismo no podemos conectarlo.',
      body: 'Quizá se cayó su internet, o de nuestro lado algo se está reiniciando. Esta página sigue probando sola. Su lugar y su enlace siguen valiendo.',
    },
    stillTrying: 'Seguimos probando…',
    back: 'Ya tiene conexión otra vez.',
    partnerAway: (name) => `${name} perdió la conexión o se apartó. Quédese; su lugar espera.`,
    partnerBack: (name) => `${name} ya volvió.`,
    paused: (name, untilMs) =>
      `El reloj espera a ${name}. Si nadie vuelve en ${span(L, untilMs)}, la conversación termina aquí.`,
    pausedPlain: (untilMs) =>
      `El reloj espera. Si nadie vuelve en ${span(L, untilMs)}, la conversación termina aquí.`,
    pausedByGuide:
      'Quien los acompaña detuvo el reloj por un rato. Ustedes se siguen oyendo, pero no se graba nada hasta que siga.',
    resumed: 'El reloj sigue.',
    notDone: 'Eso no llegó. Pruebe una vez más.',
  },

  leave: {
    title: '¿Quiere salir?',
    step: 'Apartarme un momento',
    stepBody: (partner) => `${partner} ve que usted no está. Vuelve con el botón que verá, o con su enlace.`,
    end: 'Terminar la conversación para los dos',
    endBody: (partner) =>
      `Termina de inmediato para usted y para ${partner}, y la grabación se detiene. Después cada quien dice qué se hace con ella.`,
    endSure: 'Sí, terminar ahora',
    stay: 'Me quedo',
  },

  deviceDialog: { title: 'Sus aparatos', done: 'Listo' },

  takeover: {
    title: 'Alguien abrió su enlace en otro aparato. ¿Fue usted?',
    body: (ms) => `Si no responde en ${span(L, ms)}, su lugar pasa al otro aparato.`,
    allow: 'Sí, pasar allá',
    keep: 'No, me quedo aquí',
  },

  secondDevice: {
    title: 'Su lugar está abierto en otro aparato.',
    body: 'Estamos preguntando allá si puede seguir aquí. Responda en el otro aparato, o espere.',
    left: (ms) => `A más tardar en ${span(L, ms)} puede seguir aquí.`,
  },

  lost: {
    'taken-over': {
      title: 'Siguió en otro aparato.',
      body: 'Su lugar está abierto allá. Si lo quiere aquí, ábralo aquí otra vez.',
      go: 'Tomar mi lugar aquí',
    },
    refused: {
      title: 'El otro aparato conservó el lugar.',
      body: 'Alguien dijo allá que se quedara. Si no fue usted, escriba a quienes le enviaron el enlace.',
      go: 'Preguntar otra vez',
    },
    'link-replaced': {
      title: 'Este enlace fue reemplazado.',
      body: 'Hay un enlace más nuevo para usted. Búsquelo en sus mensajes y abra ese.',
    },
  },

  link: {
    missing: {
      title: 'Para entrar, abra su propio enlace.',
      body: 'Le llegó en un mensaje. Si se partió en dos, cópielo entero, hasta la última letra.',
    },
    invalid: {
      title: 'Este enlace no se puede leer.',
      body: 'Quizá le falta un pedazo. Cópielo entero otra vez desde el mensaje. Si no funciona, pida uno nuevo.',
    },
    expired: {
      title: 'Este enlace ya no está abierto.',
      body: 'Ya pasó su hora. Si esperaba conversar hoy, escriba a quienes se lo enviaron.',
    },
    notYet: {
      title: 'Llegó temprano.',
      body: 'Su enlace abre un poco antes de la conversación. Puede dejar esta página abierta; sigue sola.',
      opens: (at) => `Abre el ${moment(L, at)}.`,
      soon: (ms) => `Falta${leadingCount(ms) === 1 ? '' : 'n'} ${wait(L, ms)}.`,
    },
    over: {
      title: 'Esta conversación ya terminó.',
      body: 'Aquí no le queda nada por hacer. Gracias por venir.',
    },
  },

  browser: {
    old: {
      title: 'Este navegador no puede llevar la conversación.',
      body: 'Abra su enlace en un Firefox, Chrome, Edge o Safari reciente, en una computadora o un teléfono.',
    },
    insecure: {
      title: 'Esta dirección no está protegida.',
      body: 'Los navegadores solo dan el micrófono en direcciones protegidas, que empiezan con https. Pida una así a quienes le enviaron el enlace.',
    },
  },

  farewell: {
    title: 'Se acabó el tiempo. Despídanse.',
    titleEarly: 'La conversación termina. Despídanse.',
    left: (ms) => `Se oyen todavía ${span(L, ms)}.`,
    done: 'Ya nos despedimos',
  },

  decision: {
    stopped:
      'La conversación se detuvo, y la grabación también. A veces pasa y no es culpa de nadie. Respire.',
    exhausted:
      'Uno de los dos estuvo lejos mucho rato y la conversación terminó antes. Lo que alcanzaron a hablar se conserva.',
    title: '¿Pueden otros oír su conversación?',
    intro: (partner) => `Usted responde a solas. ${partner} solo se entera si los dos dicen lo mismo.`,
    public: 'Sí, otros pueden oírla',
    publicBody: (partner) =>
      `Se hace pública solo si ${partner} también dice que sí. Entonces cualquiera puede escucharla.`,
    private: 'No, que quede en privado',
    privateBody: () =>
      'No se hace pública, diga lo que diga la otra persona. Basta un «no», y no tiene que dar razones.',
    chosen: 'Su respuesta',
    until: (at) => `Puede cambiarla hasta el ${moment(L, at)}.`,
    unanswered: 'Si no dice nada, queda en privado.',
    done: 'Terminé',
    sending: 'Guardando su respuesta…',
    agreed: {
      public: 'Los dos dijeron: otros pueden oírla.',
      private: 'Los dos dijeron: que quede en privado.',
    },
  },

  thanks: {
    title: 'Gracias.',
    body: (partner) => `Usted y ${partner} se dieron tiempo y se escucharon. Eso no es común.`,
    nextTitle: 'Qué sigue',
    saidPublic: 'Usted dijo: otros pueden oírla.',
    saidPrivate: 'Usted dijo: que quede en privado.',
    saidNothing: 'Aún no ha respondido. Si no dice nada, queda en privado.',
    until: (at) =>
      `Puede cambiar su respuesta hasta el ${moment(L, at)}: abra otra vez su enlace o pulse abajo.`,
    bothDecide: 'Se hace pública solo si los dos dicen que sí. Si no, queda en privado.',
    outcomePublic: 'Los dos dijeron que sí: la grabación puede hacerse pública.',
    outcomePrivate: 'La grabación queda en privado.',
    change: 'Cambiar mi respuesta',
    closeNow: 'Ya puede cerrar esta página.',
  },

  cancelled: {
    title: 'Esta conversación se canceló.',
    body: 'No hace falta que espere. Quienes lo invitaron pueden contarte más y buscar otro momento.',
  },

  abandoned: {
    title: 'La conversación no empezó.',
    body: 'No todos pudieron llegar a tiempo. No se grabó nada. Quienes lo invitaron pueden buscar otro momento.',
  },

  desk: {
    welcomeTitle: (names) => `Usted acompaña a ${list.format(names)}.`,
    welcomeBody:
      'Los oye y los ve cuando empiece. A usted nadie lo oye ni lo ve, y nunca se le graba; ellos siempre saben si está. No necesita micrófono ni cámara.',
    sit: 'Tomar su lugar',
    title: 'Su mesa',
    people: 'Los dos',
    start: 'Empezar la conversación',
    startBlocked: {
      here: (name) => `${name} todavía no llega.`,
      consent: (name) => `${name} todavía no dice si está de acuerdo.`,
      ready: (name) => `${name} se está preparando.`,
    },
    canStart: 'Los dos están listos.',
    end: 'Terminar',
    endTitle: '¿Terminar la conversación ahora?',
    endBody: 'Los dos tienen una breve despedida con sonido; después cada quien decide a solas.',
    endSure: 'Sí, terminar',
    noPicture: 'Solo sonido',
    beforeStart: 'Los oye y los ve cuando empiece la conversación.',
    farewell: 'Se están despidiendo.',

    deck: 'Las tarjetas',
    deckHint: 'Las flechas eligen; Intro pone la tarjeta sobre la mesa.',
    onTable: 'sobre la mesa',
    shownAt: (times) => `se mostró a los ${list.format(times)}`,

    person: {
      level: (name) => `Con qué fuerza se oye a ${name}`,
      speaks: 'habla',
      here: 'aquí',
      away: 'no está',
      microphone: {
        on: 'micrófono abierto',
        muted: 'en silencio',
        silent: 'el micrófono calla: no se oye',
        gone: 'sin micrófono',
        unknown: 'micrófono: aún no se sabe',
      },
      connection: {
        good: 'buena conexión',
        weak: 'conexión débil',
        lost: 'conexión perdida',
        unknown: 'conexión: aún no se sabe',
      },
      arrived: 'aquí',
      notArrived: 'todavía no llega',
      agreed: 'acepta que se grabe',
      notAgreed: 'todavía no acepta',
      ready: 'todo listo',
      notReady: 'todavía se prepara',
      notChecked: 'sonido aún sin probar',
      voice: {
        good: 'se oye bien',
        soft: 'se oye poco',
        clipping: 'demasiado fuerte',
        silent: 'no se oyó en la prueba',
      },
      echo: { none: 'sin eco', some: 'algo de eco' },
      way: {
        direct: 'hay buen paso',
        slower: 'solo hay un paso más lento',
        relay: 'solo pasa por un relevo',
        none: 'quizá el sonido no pase',
      },
    },

    clock: {
      label: 'El reloj',
      since: (clock) => `${clock} desde el inicio`,
      pause: 'Pausar',
      resume: 'Seguir',
      extend: (ms) => `${length(L, ms)} más`,
      extendable: (ms) => `En total puede añadir todavía ${length(L, ms)}.`,
    },

    standing: {
      goesOn: (ms) =>
        `Usted puso el reloj en pausa. En ${span(L, ms)} sigue por sí solo, si antes no lo hace seguir usted.`,
      endsUnlessBack: (ms) =>
        `Usted puso el reloj en pausa y no están los dos. Si en ${span(L, ms)} sigue así, la conversación termina.`,
      away: (names, ms) =>
        `El reloj espera a ${list.format(names)}. Si nadie vuelve en ${span(L, ms)}, la conversación termina.`,
      nobodyAway: (ms) =>
        `El reloj está detenido un momento. Si en ${span(L, ms)} sigue así, la conversación termina.`,
    },

    nudge: {
      title: 'Escribirles',
      to: 'Para',
      both: 'Los dos',
      text: 'Una nota breve',
      hint: 'Aparece discretamente junto a la tarjeta y se guarda con la conversación.',
      phrases: 'Frases listas',
      ready: [
        'Con calma, no hay prisa.',
        'Una pregunta más antes de responder.',
        'Que la otra persona termine de hablar.',
        'Un poco más cerca del micrófono, por favor.',
        'Quedan pocos minutos. Es momento de ir cerrando.',
      ],
      send: 'Enviar',
      sent: 'Enviadas',
      none: 'Todavía no ha escrito nada.',
      delivered: 'Su nota salió.',
      notSent: 'Su nota no llegó. Envíela otra vez.',
    },

    marks: {
      title: 'Momentos para volver a ellos',
      note: '¿Qué fue? (si quiere)',
      set: 'Marcar este momento',
      none: 'Todavía no hay momentos marcados.',
      bare: 'sin nota',
      done: 'El momento quedó marcado.',
    },

    reports: {
      label: 'Lo que le dijeron',
      title: (name) => `${name} le dice que algo no está bien.`,
      told: (name, kind) => `${name} le dice: «${kind}».`,
      write: (name) => `Escribir a ${name}`,
      seen: 'Ya lo vi',
      earlier: 'Lo que le dijeron antes',
    },

    before: 'antes',

    keys: {
      open: 'Teclas',
      title: 'Las teclas de su mesa',
      on: 'Las teclas están activas',
      onHint: 'No hacen nada mientras escribe. Desactívelas si le habla a su computadora.',
      arrows: 'Elegir una tarjeta',
      enter: 'Poner sobre la mesa la tarjeta elegida',
      start: 'Empezar, cuando los dos estén listos',
      pause: 'Poner el reloj en pausa o hacerlo seguir',
      extend: 'Añadir tiempo',
      end: 'Terminar la conversación (se le pregunta otra vez)',
      mark: 'Marcar este momento',
      markNote: 'Escribir una nota para la marca',
      nudgeBoth: 'Escribir a los dos',
      nudgeOne: (name) => `Escribir a ${name}`,
      phrases: 'Tomar una frase lista',
      send: 'Enviar la nota',
      escape: 'Salir del campo y volver a las tarjetas',
      help: 'Mostrar estas teclas',
      space: 'Espacio',
    },

    told: {
      ready: (name) => `${name} ya está.`,
      paused: 'El reloj está detenido.',
      resumed: 'El reloj sigue.',
      extended: 'Se añadió tiempo.',
    },

    endedTitle: 'La conversación terminó.',
    endedHow: {
      time: 'Llegó hasta su final.',
      facilitator: 'La terminaste tú.',
      stopped: 'Una de las dos personas la detuvo, y con ella la grabación.',
      withdrawn: 'Una de las dos personas retiró la grabación. Se borra.',
      'pauses-exhausted': 'Alguien estuvo mucho tiempo fuera y por eso terminó antes.',
    },
    endedBody:
      'Ahora cada quien dice, a solas, si otros pueden oírla. Solo los dos deciden; no tiene que hacer nada más. Gracias.',
    endedMade: 'Lo que usted deja',
    endedMadeBody: 'Se guarda con la conversación; los tiempos se cuentan desde el inicio.',
    endedMarks: 'Momentos marcados',
    endedNotes: 'Notas que escribiste',
    endedNothing: 'Ni marcas ni notas.',
  },
};

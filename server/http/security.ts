/** Headers that tell browsers what our pages never do. */
import { Router } from 'express';
import helmet from 'helmet';

export function securityHeaders(publicUrl: string): Router {
  const { protocol, hostname, host } = new URL(publicUrl);
  const overTls = protocol === 'https:';
  const local = hostname === 'localhost' || hostname === '127.0.0.1' || hostname === '[::1]';
  return Router()
    .use(
      helmet({
        contentSecurityPolicy: {
          useDefaults: false,
          directives: {
            defaultSrc: ["'none'"],
            scriptSrc: ["'self'"],
            styleSrc: ["'self'"],
            fontSrc: ["'self'"],
            // Vite writes small pictures into the style sheet.
            imgSrc: ["'self'", 'data:'],
            mediaSrc: ["'self'", 'blob:'],
            manifestSrc: ["'self'"],
            workerSrc: ["'self'"],
            // Older Safari does not count the socket's scheme to 'self'.
            connectSrc: ["'self'", `${overTls ? 'wss' : 'ws'}://${host}`],
            baseUri: ["'none'"],
            formAction: ["'none'"],
            frameAncestors: ["'none'"],
          },
        },
        // On localhost it would lock every other program of the machine into TLS.
        strictTransportSecurity: overTls && !local ? { maxAge: 31_536_000, includeSubDomains: false } : false,
        referrerPolicy: { policy: 'no-referrer' },
        xFrameOptions: { action: 'deny' },
      }),
    )
    .use((_request, response, next) => {
      // helmet does not know this one.
      response.set(
        'Permissions-Policy',
        'camera=(self), microphone=(self), autoplay=(self), fullscreen=(self), screen-wake-lock=(self), speaker-selection=(self), ' +
          'display-capture=(), geolocation=(), payment=(), usb=(), serial=(), hid=(), midi=()',
      );
      next();
    });
}

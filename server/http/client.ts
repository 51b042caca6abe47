/** The built client: one page for / and /join, and the files it asks for. */
import { join, sep } from 'node:path';
import express, { Router, type RequestHandler } from 'express';
import { only } from './only.ts';

const notBuilt = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Parley</title>
<h1>The room is not built yet</h1>
<p>The server runs, but the pages for the browser are missing. Stop it and run <code>npm start</code>, which builds them.</p>
</html>
`;

/** What Vite writes into assets/ carries a hash of its content in its name. */
const forEver = 'public, max-age=31536000, immutable';

export function client(clientFolder: string): Router {
  const assets = join(clientFolder, 'assets') + sep;

  const page: RequestHandler = (_request, response, next) => {
    response.sendFile(
      'index.html',
      { root: clientFolder, cacheControl: false, headers: { 'Cache-Control': 'no-store' } },
      (error: NodeJS.ErrnoException | undefined) => {
        if (error === undefined) return;
        if (error.code !== 'ENOENT' || response.headersSent) next(error);
        else response.status(503).set('Cache-Control', 'no-store').type('html').send(notBuilt);
      },
    );
  };

  const router = Router();
  router.route(['/', '/join']).get(page).all(only('GET'));
  router.use(
    express.static(clientFolder, {
      index: false,
      redirect: false,
      dotfiles: 'ignore',
      cacheControl: false,
      setHeaders(response, path) {
        response.setHeader('Cache-Control', path.startsWith(assets) ? forEver : 'no-cache');
      },
    }),
  );
  return router;
}

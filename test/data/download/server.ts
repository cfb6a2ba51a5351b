/** A web server on loopback whose behaviour a test chooses for each request. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What a server says of a file. */
export interface ServedFile {
  content: Buffer;
  etag?: string;
  lastModified?: string;
}

/** A request as the test sees it afterwards. */
export interface SeenRequest {
  path: string;
  range: string | undefined;
  ifRange: string | undefined;
}

/** Answers a request itself (true) or leaves it to the plain file server (false). */
export type Misbehaviour = (request: SeenRequest, response: ServerResponse, count: number) => boolean;

export interface TestServer {
  url: string;
  files: Map<string, ServedFile>;
  seen: SeenRequest[];
  /** Asked before every answer; `count` is 1 for the first request. */
  misbehave: Misbehaviour;
  /** Whether ranges are honoured. */
  ranges: boolean;
  /** Whether If-Range is understood; a server that does not sends ranges of whatever it has. */
  understandsIfRange: boolean;
  close(): Promise<void>;
}

function validatorHeaders({ etag, lastModified }: ServedFile): Record<string, string> {
  return { ...(etag && { etag }), ...(lastModified && { 'last-modified': lastModified }) };
}

function serve(server: TestServer, request: SeenRequest, response: ServerResponse): void {
  const file = server.files.get(request.path);
  if (!file) {
    response.writeHead(404).end();
    return;
  }
  const { content } = file;
  const from = server.ranges ? /^bytes=(\d+)-$/.exec(request.range ?? '')?.[1] : undefined;
  const same =
    request.ifRange === undefined || !server.understandsIfRange
      ? true
      : [file.etag, file.lastModified].includes(request.ifRange);
  if (from === undefined || !same) {
    response.writeHead(200, { 'content-length': content.length, ...validatorHeaders(file) }).end(content);
  } else if (Number(from) >= content.length) {
    response.writeHead(416, { 'content-range': `bytes */${content.length}` }).end();
  } else {
    const rest = content.subarray(Number(from));
    const range = `bytes ${from}-${content.length - 1}/${content.length}`;
    response
      .writeHead(206, { 'content-length': rest.length, 'content-range': range, ...validatorHeaders(file) })
      .end(rest);
  }
}

/** Sends the head and `bytes` of the answer, then cuts the connection. */
export function sendAndDrop(response: ServerResponse, file: ServedFile, from: number, bytes: number): void {
  const rest = file.content.subarray(from);
  const range = `bytes ${from}-${file.content.length - 1}/${file.content.length}`;
  response.writeHead(from > 0 ? 206 : 200, {
    'content-length': rest.length,
    ...(from > 0 && { 'content-range': range }),
    ...validatorHeaders(file),
  });
  // What the client has not read when the connection breaks is lost to it: a busy machine needs the time.
  response.write(rest.subarray(0, bytes), () => setTimeout(() => response.socket?.destroy(), 250));
}

/** Starts a server on a free port. */
export async function startServer(): Promise<TestServer> {
  const server: TestServer = {
    url: '',
    files: new Map(),
    seen: [],
    misbehave: () => false,
    ranges: true,
    understandsIfRange: true,
    close: async () => {
      http.closeAllConnections();
      await new Promise((done) => http.close(done));
    },
  };
  const http = createServer((incoming: IncomingMessage, response) => {
    const request: SeenRequest = {
      path: (incoming.url ?? '').slice('/set/'.length),
      range: incoming.headers.range,
      ifRange: incoming.headers['if-range'] as string | undefined,
    };
    server.seen.push(request);
    if (!server.misbehave(request, response, server.seen.length)) serve(server, request, response);
  });
  await new Promise<void>((done) => http.listen(0, '127.0.0.1', done));
  server.url = `http://127.0.0.1:${(http.address() as AddressInfo).port}/set/`;
  return server;
}

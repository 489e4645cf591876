/**
 * A DNS server on loopback, over UDP and TCP on one port. What it answers is asked anew for each question, so that a change holds from the
 * next question on. It is authoritative and does not look names up elsewhere: what it does not hold is REFUSED (RFC 1035, RFC 2308).
 */
import { createSocket, type RemoteInfo } from 'node:dgram';
import net from 'node:net';
import {
  type Answer,
  AUTHORITATIVE_ANSWER,
  decode,
  encode,
  type Packet,
  type SoaAnswer,
  TRUNCATED_RESPONSE,
} from 'dns-packet';

export interface Question {
  /** Lower case, without a dot at the end. */
  readonly name: string;
  /** `A`, `CNAME`, `TXT`, … */
  readonly type: string;
}

export interface DnsReply {
  /** NXDOMAIN: there is no such name. REFUSED: this server holds no zone of it. No answers without either: the name has no such record. */
  readonly code: 'NOERROR' | 'NXDOMAIN' | 'REFUSED';
  readonly answers: readonly Answer[];
  /** Says how long a "no" may be kept. */
  readonly authority?: SoaAnswer;
}

export interface DnsServer {
  readonly host: string;
  readonly port: number;
  stop(): Promise<void>;
}

/** RFC 1035, 3.2.3 and RFC 2671: without EDNS an answer over UDP has at most 512 bytes; the rest is asked for over TCP. */
const UDP_BYTES = 512;
const CODES = { NOERROR: 0, FORMERR: 1, NXDOMAIN: 3, NOTIMP: 4, REFUSED: 5 } as const;
const OPCODE_QUERY = 0;
const PORT_ATTEMPTS = 20;

/** Starts on `host`; port 0 takes one that is free for both. Rejects with the system's error. */
export async function startDnsServer(
  host: string,
  port: number,
  answer: (question: Question) => DnsReply,
): Promise<DnsServer> {
  for (let attempt = 1; ; attempt += 1) {
    const tcp = net.createServer((socket) => serveTcp(socket, answer));
    const sockets = new Set<net.Socket>();
    tcp.on('connection', (socket) => {
      sockets.add(socket);
      socket.once('close', () => sockets.delete(socket));
    });
    const chosen = await listen(tcp, host, port);
    const udp = createSocket('udp4');
    udp.on('message', (message, from) =>
      answerUdp(message, from, answer, (reply) => udp.send(reply, from.port, from.address)),
    );
    try {
      await bindUdp(udp, host, chosen);
    } catch (error) {
      await new Promise((resolve) => tcp.close(resolve));
      if (port !== 0 || attempt === PORT_ATTEMPTS) {
        throw error;
      }
      continue;
    }
    return {
      host,
      port: chosen,
      async stop() {
        for (const socket of sockets) {
          socket.destroy();
        }
        await Promise.all([
          new Promise<void>((resolve) => udp.close(resolve)),
          new Promise<void>((resolve) => tcp.close(() => resolve())),
        ]);
      },
    };
  }
}

function listen(server: net.Server, host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host, port, exclusive: true }, () => {
      server.off('error', reject);
      resolve((server.address() as net.AddressInfo).port);
    });
  });
}

function bindUdp(socket: ReturnType<typeof createSocket>, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.once('error', (error) => {
      socket.close();
      reject(error);
    });
    socket.bind({ address: host, port, exclusive: true }, () => {
      socket.removeAllListeners('error');
      // A client that has gone away is no error of the server's.
      socket.on('error', () => {});
      resolve();
    });
  });
}

function answerUdp(
  message: Buffer,
  _from: RemoteInfo,
  answer: (question: Question) => DnsReply,
  send: (reply: Buffer) => void,
): void {
  const reply = replyTo(message, answer);
  if (reply === undefined) {
    return;
  }
  const bytes = encode(reply);
  send(
    bytes.length <= UDP_BYTES
      ? bytes
      : encode({ ...reply, flags: (reply.flags ?? 0) | TRUNCATED_RESPONSE, answers: [] }),
  );
}

/** RFC 1035, 4.2.2: each message comes after its length in two bytes. */
function serveTcp(socket: net.Socket, answer: (question: Question) => DnsReply): void {
  let received = Buffer.alloc(0);
  socket.on('error', () => {});
  socket.on('data', (chunk) => {
    received = Buffer.concat([received, chunk]);
    while (received.length >= 2 && received.length >= 2 + received.readUInt16BE(0)) {
      const end = 2 + received.readUInt16BE(0);
      const reply = replyTo(received.subarray(2, end), answer);
      received = received.subarray(end);
      if (reply === undefined) {
        socket.destroy();
        return;
      }
      const bytes = encode(reply);
      const length = Buffer.alloc(2);
      length.writeUInt16BE(bytes.length);
      socket.write(Buffer.concat([length, bytes]));
    }
  });
}

/** Undefined for what is no question at all: it gets no answer. */
function replyTo(message: Buffer, answer: (question: Question) => DnsReply): Packet | undefined {
  let query: ReturnType<typeof decode>;
  try {
    query = decode(message);
  } catch {
    return message.length >= 12 ? { id: message.readUInt16BE(0), type: 'response', flags: CODES.FORMERR } : undefined;
  }
  if (query.type !== 'query') {
    return undefined;
  }
  const base = { id: query.id ?? 0, type: 'response', questions: query.questions ?? [] } as const;
  const [question] = query.questions ?? [];
  if (question === undefined || query.questions?.length !== 1 || opcodeOf(query) !== OPCODE_QUERY) {
    return { ...base, flags: question === undefined ? CODES.FORMERR : CODES.NOTIMP };
  }
  const { code, answers, authority } = answer({ name: question.name.toLowerCase(), type: question.type });
  return {
    ...base,
    flags: CODES[code] | (code === 'REFUSED' ? 0 : AUTHORITATIVE_ANSWER),
    answers: [...answers],
    authorities: authority === undefined ? [] : [authority],
  };
}

/** Bits 11 to 14 of the flags (RFC 1035, 4.1.1). */
function opcodeOf({ flags = 0 }: Packet): number {
  return (flags >> 11) & 0xf;
}

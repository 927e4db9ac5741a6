// A page of somebody else, on a server of its own, that tries every door of the agent.
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { Page } from "playwright-core";

export interface Stranger {
  readonly port: number;
  stop(): Promise<void>;
}
export async function start_stranger(): Promise<Stranger> {
  const server = createServer((_, answer) => {
    answer.setHeader("Content-Type", "text/html; charset=utf-8");
    answer.end("<!doctype html><title>stranger</title><h1>Another page</h1>");
  });
  await new Promise<void>((open) => server.listen(0, "127.0.0.1", open));
  return {
    port: (server.address() as AddressInfo).port,
    stop: () => new Promise((done) => {
      server.close(() => done());
      server.closeAllConnections();
    }),
  };
}

const doors = ["status", "consent", "devices", "login", "approve"] as const;

/** What the page could read at each door, by each way that a browser has; nothing is "". */
export async function try_doors(page: Page, agent: string): Promise<Record<string, string>> {
  return page.evaluate(
    async ([address, names]) => {
      const read: Record<string, string> = {};
      const told = async (asked: Promise<Response>): Promise<string> => {
        try {
          const answer = await asked;
          // An opaque answer shows neither status nor body.
          return answer.type === "opaque" && answer.status === 0 ? await answer.text() : `${answer.status} ${await answer.text()}`;
        } catch {
          return "";
        }
      };
      const framed = (fill: (frame: HTMLIFrameElement) => void): Promise<string> =>
        new Promise((done) => {
          const frame = document.createElement("iframe");
          frame.name = `frame-${Math.random()}`;
          document.body.append(frame);
          frame.addEventListener("load", () => {
            let text = "";
            try {
              text = frame.contentDocument?.body.textContent ?? "";
            } catch {
              // Another origin's.
            }
            done(text);
          });
          fill(frame);
        });
      for (const name of names) {
        const url = `${address}/agent/v1/${name}`;
        const body = JSON.stringify({ device: "OFFICER-1", challenge: { nonce: "00" }, bundle: {} });
        read[`${name} get`] = await told(fetch(url));
        read[`${name} post`] = await told(fetch(url, { method: "POST", body }));
        read[`${name} with cookies`] = await told(fetch(url, { credentials: "include" }));
        read[`${name} preflight`] = await told(fetch(url, { method: "POST", headers: { "Content-Type": "application/json", "X-Yinxin-Page": "1" }, body }));
        read[`${name} no-cors`] = await told(fetch(url, { method: "POST", mode: "no-cors", body }));
        read[`${name} frame`] = await framed((frame) => (frame.src = url));
        read[`${name} form`] = await framed((frame) => {
          const form = document.createElement("form");
          form.method = "post";
          form.enctype = "text/plain";
          form.action = url;
          form.target = frame.name;
          const field = document.createElement("input");
          field.name = '{"device":"OFFICER-1","x":"';
          field.value = '"}';
          form.append(field);
          document.body.append(form);
          form.submit();
        });
        read[`${name} events`] = await new Promise<string>((done) => {
          const events = new EventSource(url);
          events.addEventListener("open", () => done("open"));
          events.addEventListener("error", () => {
            events.close();
            done("");
          });
        });
        read[`${name} script`] = await new Promise<string>((done) => {
          const script = document.createElement("script");
          script.addEventListener("load", () => done("run"));
          script.addEventListener("error", () => done(""));
          script.src = url;
          document.head.append(script);
        });
      }
      // One is enough: a browser makes whoever fails wait longer for each.
      read["websocket"] = await new Promise<string>((done) => {
        const socket = new WebSocket(`${address.replace("http:", "ws:")}/agent/v1/devices`);
        socket.addEventListener("open", () => done("open"));
        socket.addEventListener("error", () => done(""));
      });
      return read;
    },
    [agent, doors] as const,
  );
}

// Solves one puzzle beside the page, so that it stays awake meanwhile.
import { do_work, type Puzzle } from "./work";

self.onmessage = (told: MessageEvent<Puzzle>) => {
  self.postMessage(do_work(told.data));
};

// What a combobox of banks knows: which answer belongs to what is typed, and which line of it is marked. Asked once a pause
// in the typing; an answer to what was typed before is never shown.
import { computed, ref } from "vue";

export interface Bank {
  readonly number: string;
  readonly name: string;
  readonly city: string;
}
export interface FoundBanks {
  readonly banks: readonly Bank[];
  readonly has_more: boolean;
  readonly size: number;
  readonly is_complete: boolean;
}
/** Null where nobody could be asked. */
export type AskBanks = (words: string, signal: AbortSignal) => Promise<FoundBanks | null>;

export const typing_pause_ms = 200;

// As the server compares names: blanks, width and case mean nothing.
const plain = (name: string): string => name.normalize("NFKC").replace(/\s/g, "").toLowerCase();

export function bank_search(ask: AskBanks) {
  const found = ref<FoundBanks | null>(null);
  const asked = ref(""); // what `found` answers
  const is_open = ref(false);
  const marked = ref(-1);
  const banks = computed(() => found.value?.banks ?? []);
  const is_shown = computed(() => is_open.value && banks.value.length > 0);
  let pause: ReturnType<typeof setTimeout> | undefined;
  let under_way: AbortController | null = null;

  function drop(): void {
    clearTimeout(pause);
    under_way?.abort();
    under_way = null;
  }
  async function look(words: string): Promise<void> {
    drop();
    if (asked.value === words && found.value !== null) {
      return;
    }
    const mine = new AbortController();
    under_way = mine;
    const told = await ask(words, mine.signal);
    if (under_way !== mine) {
      return;
    }
    under_way = null;
    found.value = told;
    asked.value = words;
    marked.value = -1;
  }
  /** Something was typed: the list follows once the typing pauses. */
  function type(text: string): void {
    drop();
    const words = text.trim();
    marked.value = -1;
    is_open.value = words !== "";
    if (words === "") {
      found.value = null;
      asked.value = "";
    } else {
      pause = setTimeout(() => void look(words), typing_pause_ms);
    }
  }
  function close(): void {
    is_open.value = false;
    marked.value = -1;
  }
  /** The list opens with what is typed, at its first or its last line. */
  async function open(text: string, is_last = false): Promise<void> {
    const words = text.trim();
    if (words === "") {
      return;
    }
    is_open.value = true;
    await look(words);
    marked.value = is_last ? banks.value.length - 1 : banks.value.length > 0 ? 0 : -1;
  }
  /** Up or down, around the ends. */
  function move(by: 1 | -1): void {
    const count = banks.value.length;
    if (count > 0) {
      marked.value = marked.value < 0 ? (by > 0 ? 0 : count - 1) : (marked.value + by + count) % count;
    }
  }
  /** The bank of a line; the list is done with. */
  function pick(line: number): Bank | undefined {
    const bank = banks.value[line];
    if (bank) {
      drop();
      found.value = { ...(found.value as FoundBanks), banks: [bank], has_more: false };
      asked.value = bank.name;
      close();
    }
    return bank;
  }
  /** Whether the operator's table was asked about this text and has no bank of this name. */
  function is_unknown(text: string): boolean {
    const words = text.trim();
    return words !== "" && asked.value === words && found.value !== null && found.value.size > 0 && !banks.value.some((bank) => plain(bank.name) === plain(words));
  }
  return { found, banks, is_open, is_shown, marked, type, look, open, close, move, pick, is_unknown, drop };
}

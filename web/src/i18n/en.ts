import type { Words } from "./index";
import type { zh } from "./zh";

export const en: Words<typeof zh> = {
  common: {
    next: "Next",
    back: "Back",
    close: "Close",
    retry: "Try again",
    loading: "Loading…",
    language: "中文",
  },
};

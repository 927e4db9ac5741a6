import { zh_hall } from "./zh_hall";
import { zh_phone } from "./zh_phone";
export const zh = {
  common: {
    next: "下一步",
    back: "上一步",
    close: "关闭",
    retry: "重试",
    loading: "加载中…",
    language: "English",
  },
  hall: zh_hall,
  phone: zh_phone,
};

import i18next from 'i18next';
import { initReactI18next } from 'react-i18next';
import * as admin from './admin';
import * as common from './common';
import * as hall from './hall';
import * as station from './station';

// `typeof zh` on each area's `en` makes the compiler refuse a sentence that is missing in one language.
const zh = { common: common.zh, station: station.zh, hall: hall.zh, admin: admin.zh };
const en: typeof zh = { common: common.en, station: station.en, hall: hall.en, admin: admin.en };

declare module 'i18next' {
  interface CustomTypeOptions {
    defaultNS: 'translation';
    resources: { translation: typeof zh };
  }
}

export type Language = 'zh' | 'en';

const remembered = 'muster.language';

export function startI18n() {
  i18next.use(initReactI18next).init({
    lng: localStorage.getItem(remembered) === 'en' ? 'en' : 'zh',
    fallbackLng: 'zh',
    resources: { zh: { translation: zh }, en: { translation: en } },
    interpolation: { escapeValue: false },
  });
  i18next.on('languageChanged', showLanguage);
  showLanguage(language());
}

function showLanguage(lng: string) {
  localStorage.setItem(remembered, lng);
  document.documentElement.lang = lng === 'en' ? 'en' : 'zh-CN';
  document.title = i18next.t('common.product');
}

export function language(): Language {
  return i18next.language === 'en' ? 'en' : 'zh';
}

/** The sentence of a server's error or notice in the language of the page. */
export function sentence(e: { message: string; message_en: string }): string {
  return language() === 'en' ? e.message_en : e.message;
}

/** Why a call opened late, in the language of the page; empty when it did not. */
export function lateness(call: { late?: string; late_en?: string }): string {
  return (language() === 'en' ? call.late_en : call.late) ?? '';
}

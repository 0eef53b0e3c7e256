import { describe, expect, it } from 'vitest';
import * as desk from '../i18n/desk';
import { defaultStep } from './steps';

describe('defaultStep', () => {
  it('knows every default title by the Chinese one, which the Chinese page shows unchanged', () => {
    for (const [key, title] of Object.entries(desk.zh.agenda.steps)) expect(defaultStep({ title })).toBe(key);
    expect(Object.values(desk.en.agenda.steps).join('')).not.toMatch(/\p{Script=Han}/u);
  });

  it('leaves titles of somebody alone', () => {
    for (const title of ['重点任务', '', 'toString']) expect(defaultStep({ title })).toBeUndefined();
  });
});

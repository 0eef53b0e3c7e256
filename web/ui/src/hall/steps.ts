import type * as wire from '../lib/wire.gen';

/** The titles of the agenda that the server makes by itself; those that somebody wrote are shown as they were written. */
const defaults = {
  设备检查与点到: 'roll',
  夜间警情综述: 'summary',
  分局汇报: 'branches',
  警种汇报: 'policeTypes',
  法制通报: 'notice',
  工作部署: 'orders',
  散会: 'dismissal',
} as const;

export type DefaultStep = (typeof defaults)[keyof typeof defaults];

/** Which of the default steps this is by its title; undefined for one of somebody's own. */
export function defaultStep({ title }: Pick<wire.Step, 'title'>): DefaultStep | undefined {
  return Object.hasOwn(defaults, title) ? defaults[title as keyof typeof defaults] : undefined;
}

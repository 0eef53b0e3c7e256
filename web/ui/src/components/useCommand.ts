import { App } from 'antd';
import { useCallback } from 'react';
import { useTranslation } from 'react-i18next';
import { sentence } from '../i18n';
import { type Commands, MusterError } from '../lib/types';
import { useClient } from './muster';

/** Runs a command as its name and data say; null when it was not carried out. */
export type Run = <K extends keyof Commands>(
  type: K,
  ...data: Commands[K][0] extends undefined ? [] : [Commands[K][0]]
) => Promise<{ result: Commands[K][1] } | null>;

/** Runs commands; a refusal is shown to the person and gives null. */
export function useCommand(): Run {
  const client = useClient();
  const { message } = App.useApp();
  const { t } = useTranslation();
  return useCallback<Run>(
    async (type, ...data) => {
      try {
        return { result: await client.command(type, ...data) };
      } catch (e) {
        void message.error(e instanceof MusterError ? sentence(e) : t('common.errors.unknown'));
        return null;
      }
    },
    [client, message, t],
  );
}

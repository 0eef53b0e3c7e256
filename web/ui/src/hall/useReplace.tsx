import { App, Button } from 'antd';
import { useCallback } from 'react';
import { useTranslation } from 'react-i18next';
import { useClient } from '../components/muster';
import { type Choice, replaceable } from './seats';

/** Does at once what needs a place on the floor; when all are taken the host says first whose it gets. */
export function useReplace(): (go: (replace: { replace?: string }) => unknown) => void {
  const client = useClient();
  const { modal } = App.useApp();
  const { t } = useTranslation();
  return useCallback(
    (go) => {
      const { floor, units } = client.state();
      const choices = replaceable(floor, units);
      if (choices.length === 0) return void go({});
      const dialog = modal.info({
        icon: null,
        title: t('hall.unit.replaceAsk'),
        footer: null,
        closable: true,
        width: 360,
        content: (
          <Choices
            choices={choices}
            onChoose={(replace) => {
              dialog.destroy();
              void go({ replace });
            }}
          />
        ),
      });
    },
    [client, modal, t],
  );
}

/** Those on the floor, by click or by the number of their place. */
function Choices({ choices, onChoose }: { choices: Choice[]; onChoose: (turn: string) => void }) {
  return (
    <fieldset
      className="replace"
      data-testid="replace"
      onKeyDown={(e) => {
        const choice = choices[Number(e.key) - 1];
        if (choice) onChoose(choice.turn);
      }}
    >
      {choices.map(({ turn, name }, i) => (
        <Button key={turn} autoFocus={i === 0} onClick={() => onChoose(turn)}>
          <kbd>{i + 1}</kbd> {name}
        </Button>
      ))}
    </fieldset>
  );
}

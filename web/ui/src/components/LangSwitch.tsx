import { Button } from 'antd';
import { useTranslation } from 'react-i18next';
import { language } from '../i18n';

/** Switches between Chinese and English; it shows the language that a click leads to. */
export function LangSwitch() {
  const { t, i18n } = useTranslation();
  return (
    <Button
      type="text"
      data-testid="lang-switch"
      onClick={() => void i18n.changeLanguage(language() === 'zh' ? 'en' : 'zh')}
    >
      {t('common.language')}
    </Button>
  );
}

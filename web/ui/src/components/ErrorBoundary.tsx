import { Button } from 'antd';
import i18next from 'i18next';
import { Component, type ReactNode } from 'react';

/** Keeps a programming error in one page from leaving a white screen. */
export class ErrorBoundary extends Component<{ children: ReactNode }, { error: Error | null }> {
  override state: { error: Error | null } = { error: null };

  static getDerivedStateFromError(error: Error) {
    return { error };
  }

  override render() {
    const { error } = this.state;
    if (!error) return this.props.children;
    return (
      <main className="whole-page" role="alert">
        <h1>{i18next.t('common.crash.title')}</h1>
        <p>{i18next.t('common.crash.hint')}</p>
        <pre>{error.message}</pre>
        <Button type="primary" size="large" onClick={() => location.reload()}>
          {i18next.t('common.reload')}
        </Button>
      </main>
    );
  }
}

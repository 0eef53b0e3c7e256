import { useCallback } from 'react';
import { useNavigate } from 'react-router';
import { useClient } from './muster';

/** Ends the login and leaves the page. */
export function useLogout(): () => void {
  const client = useClient();
  const navigate = useNavigate();
  return useCallback(() => {
    client.stop();
    // Whatever the server says, the page is left; without a login it does not come back.
    void fetch('/api/logout', { method: 'POST' })
      .catch(() => undefined)
      .then(() => navigate('/login'));
  }, [client, navigate]);
}

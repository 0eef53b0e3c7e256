import { useCallback } from 'react';
import { type Run, useCommand } from '../components/useCommand';
import { Once } from './once';

/** One for keys and buttons together: a key does not repeat what its button has begun. */
const once = new Once();

/** As useCommand, but a double press is one press. A call is the same one only for the same unit. */
export function useOnce(): Run {
  const run = useCommand();
  return useCallback<Run>(
    (type, ...data) => {
      const [said] = data;
      const unit = type === 'call' && said && 'unit' in said ? said.unit : '';
      return once.run(`${type} ${unit}`, () => run(type, ...data));
    },
    [run],
  );
}

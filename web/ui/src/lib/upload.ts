import { refusedBy, unreachable } from './api';

/** The parts of an XMLHttpRequest that are used: fetch does not say how far a body has got. */
export type Request = Pick<
  XMLHttpRequest,
  'open' | 'setRequestHeader' | 'send' | 'status' | 'responseText' | 'onload' | 'onerror'
> & { upload: Pick<XMLHttpRequestUpload, 'onprogress'> };

export interface Upload {
  method: 'POST' | 'PUT';
  path: string;
  file: Blob;
  type: string;
  /** Hears how much of the file has got there, 0 to 1; from 1 on the server is working on it. */
  onPart: (part: number) => void;
}

/** Sends a file and resolves to the answer; what is no success is thrown as Refused. */
export function upload<T>(
  { method, path, file, type, onPart }: Upload,
  request: Request = new XMLHttpRequest(),
): Promise<T> {
  return new Promise((resolve, reject) => {
    request.open(method, path);
    request.setRequestHeader('Content-Type', type);
    request.upload.onprogress = (e) => e.total > 0 && onPart(e.loaded / e.total);
    request.onerror = () => reject(unreachable);
    request.onload = () => {
      const body = parsed(request.responseText);
      if (request.status >= 200 && request.status < 300 && body !== undefined) resolve(body as T);
      else reject(refusedBy(body));
    };
    request.send(file);
  });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

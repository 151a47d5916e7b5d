import type { HttpRequest } from '../httpSender.js'

/** A POST of `multipart/form-data`: fields, and a PNG where there is one. */
export async function formPost(
  url: string,
  fields: Readonly<Record<string, string>>,
  file: { readonly name: string; readonly png: Buffer } | null,
): Promise<HttpRequest> {
  const form = new FormData()
  for (const [name, value] of Object.entries(fields)) form.append(name, value)
  if (file) form.append(file.name, new Blob([new Uint8Array(file.png)], { type: 'image/png' }), 'forecast.png')
  const encoded = new Response(form)
  const contentType = encoded.headers.get('content-type')!
  const body = Buffer.from(await encoded.arrayBuffer())
  return { url, method: 'POST', body, headers: { 'content-type': contentType, 'user-agent': 'mambacast' } }
}

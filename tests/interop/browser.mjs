// The user: opens the page, signs in, allows, and reports where the browser would be sent.
export async function allow(url, user, password) {
  const page = await fetch(url, { redirect: 'manual' });
  if (page.status !== 200) throw new Error(`no page: ${page.status} ${page.headers.get('location')} ${await page.text()}`);
  const ticket = /name="ticket" value="([^"]+)"/.exec(await page.text())[1];
  const answer = await fetch(new URL('/oauth2/authorize', url), {
    method: 'POST',
    redirect: 'manual',
    headers: { cookie: page.headers.get('set-cookie').split(';')[0] },
    body: new URLSearchParams({ ticket, user, password, answer: 'allow' }),
  });
  if (answer.status !== 303) throw new Error(`not allowed: ${answer.status} ${await answer.text()}`);
  return new URL(answer.headers.get('location'));
}

export function check(condition, what) {
  if (!condition) throw new Error(`not so: ${what}`);
  console.log(`ok ${what}`);
}

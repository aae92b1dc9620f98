/**
 * The hosts that get the access token, by their whole names. Source: Meta, "Media", "Download media":
 * the URL is asked for with the token that it was made for.
 */
const tokenHosts = ['graph.facebook.com', 'lookaside.fbsbx.com'];

/** What Meta's files may be redirected to: hosts below these. The dot keeps `evil-fbsbx.com` out. */
const hostSuffixes = ['.fbsbx.com', '.whatsapp.net', '.fbcdn.net', '.facebook.com'];

/** A URL that may be asked for. */
export interface CheckedUrl {
  url: URL;
  /** It is one of Meta's two hosts, or the configured Graph API. */
  getsToken: boolean;
  /** It is the configured Graph API itself, which a simulator is on this machine. */
  isConfigured: boolean;
}

/**
 * Checks a URL that came from outside: HTTPS on its own port, a host of Meta's, no user in front of it.
 * The configured Graph API's own origin may be anything.
 * @param base what a relative URL, as in a redirect, is relative to
 * @returns undefined where it must not be asked for
 */
export function checkedUrl(text: string, graphUrl: string, base?: URL): CheckedUrl | undefined {
  const url = URL.parse(text, base?.href);
  if (!url || `${url.username}${url.password}` !== '') {
    return undefined;
  }
  if (url.origin === new URL(graphUrl).origin) {
    return { url, getsToken: true, isConfigured: true };
  }
  const { protocol, port, hostname } = url;
  const isMetas = hostSuffixes.some((suffix) => hostname.endsWith(suffix));
  return protocol === 'https:' && port === '' && isMetas
    ? { url, getsToken: tokenHosts.includes(hostname), isConfigured: false }
    : undefined;
}

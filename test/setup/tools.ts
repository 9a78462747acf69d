/** A program that the tests run, and the packages that bring it; undefined where a system has none. */
export interface Tool {
  readonly program: string;
  readonly debian: string;
  readonly fedora: string | undefined;
  readonly homebrew: string | undefined;
}

/** What the tests need beyond npm, by the program that shows it is there. */
export const tools: readonly Tool[] = [
  { program: "git", debian: "git", fedora: "git", homebrew: "git" },
  { program: "chromium", debian: "chromium", fedora: "chromium", homebrew: "chromium" },
  { program: "gpg", debian: "gnupg", fedora: "gnupg2", homebrew: "gnupg" },
  { program: "gh", debian: "gh", fedora: "gh", homebrew: "gh" },
  { program: "openssl", debian: "openssl", fedora: "openssl", homebrew: "openssl" },
  { program: "promtool", debian: "prometheus", fedora: "golang-github-prometheus", homebrew: "prometheus" },
  // The pods of the data tier run as processes in namespaces, on file systems of their own.
  { program: "ip", debian: "iproute2", fedora: "iproute", homebrew: undefined },
  { program: "losetup", debian: "mount", fedora: "util-linux", homebrew: undefined },
  { program: "mkfs.ext4", debian: "e2fsprogs", fedora: "e2fsprogs", homebrew: undefined },
  { program: "mmdebstrap", debian: "mmdebstrap", fedora: "mmdebstrap", homebrew: undefined },
  { program: "perl", debian: "perl-base", fedora: "perl-interpreter", homebrew: undefined },
  { program: "setpriv", debian: "util-linux", fedora: "util-linux", homebrew: undefined },
  { program: "ssh-keygen", debian: "openssh-client", fedora: "openssh", homebrew: "openssh" },
  { program: "unshare", debian: "util-linux", fedora: "util-linux", homebrew: undefined },
];

/**
 * kubectl, for its kustomize. Debian 12's (1.20) holds a kustomize of 2019 that knows no folders among the resources,
 * so there it comes from npm, in a zip file.
 */
export const kubectlTool: Tool = {
  program: "unzip",
  debian: "unzip",
  fedora: "kubernetes-client",
  homebrew: "kubernetes-cli",
};

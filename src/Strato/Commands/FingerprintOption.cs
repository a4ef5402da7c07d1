using System.Text;
using Strato.Core;
using Strato.Core.Hashing;
using Strato.Core.Paths;
using Strato.Core.Signing;

namespace Strato.Commands;

/// <summary>Reads fingerprints of certificates as people give them.</summary>
internal static class FingerprintOption
{
    /// <summary>Reads one; with or without colons.</summary>
    /// <exception cref="StratoException">It is none.</exception>
    public static ObjectHash Parse(string text) => Fingerprint.TryParse(Encoding.UTF8.GetBytes(text), out ObjectHash hash) && !hash.IsNull
        ? hash
        : throw new StratoException($"'{BytesText.Escape(text)}' is no fingerprint; write it as 'strato keys FQRN list' shows it");
}

using System.Text;
using Strato.Core.Configuration;
using Strato.Testing.Golden;

namespace Strato.Fuzz.Targets;

/// <summary>Parameter files; they may come from a configuration repository.</summary>
internal sealed class ParameterFileTarget : IFuzzTarget
{
    private static readonly Dictionary<string, string> Environment = new(StringComparer.Ordinal) { ["CVMFS_FQRN"] = "alice.cern.ch" };

    public string Name => "parameter-file";

    public IEnumerable<byte[]> Seeds =>
    [
        .. GoldenRepository.All.Select(golden => File.ReadAllBytes(Path.Combine(golden.Folder, "server.conf"))),
        """
        # a site's
        CVMFS_HTTP_PROXY='http://a:3128|http://b:3128;DIRECT' # proxies
        if [ "$CVMFS_USE_CDN" = "yes" -o -z "$X" ] && ! test -f /etc/none; then
          CVMFS_SERVER_URL="http://cdn/cvmfs/@fqrn@;${OTHER:-http://s1/@org@}"
        elif [ 1 -lt 2 ]; then export A=$B; else readonly C="${CVMFS_FQRN%%.*}"; fi
        case "$CVMFS_FQRN" in alice.*|[a-c]?lhcb*) D=1;; (*) D=2 ;; esac
        for i in 1 2; do E=$i; done
        f() { G=`hostname`; }
        H=$(date) ; I=a\
        b ; J="${K:=l}${#M}"
        """u8.ToArray(),
    ];

    public bool Run(byte[] input)
    {
        List<string> notes = [];
        ParameterEvaluator evaluator = new(Environment, notes);
        evaluator.EvaluateText("/nonexistent/fuzzed.conf", Encoding.UTF8.GetString(input));
        return evaluator.Changed.Count > 0;
    }
}

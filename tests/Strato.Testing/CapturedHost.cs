namespace Strato.Testing;

/// <summary>Runs command lines inside the test process and keeps what they print.</summary>
internal sealed class CapturedHost
{
    private readonly Dictionary<string, string> environment = new(StringComparer.Ordinal);

    /// <summary>What the last run wrote to the standard output.</summary>
    public string Output { get; private set; } = "";

    /// <summary>What the last run wrote to the standard error.</summary>
    public string Error { get; private set; } = "";

    /// <summary>The bytes that the command finds on its standard input.</summary>
    public byte[] Input { get; set; } = [];

    /// <summary>Whether the command believes to run as root. It decides defaults, not permissions.</summary>
    public bool IsRoot { get; set; } = true;

    /// <summary>Sets a variable of the environment, which is empty otherwise.</summary>
    public CapturedHost With(string variable, string value)
    {
        environment[variable] = value;
        return this;
    }

    /// <summary>Runs <c>strato ARGUMENTS</c> and returns its exit code.</summary>
    public Task<int> RunAsync(params string[] arguments) => RunAsync(host => CommandLine.RunAsync(arguments, host));

    /// <summary>Runs something with a host whose output is kept.</summary>
    public async Task<int> RunAsync(Func<CommandHost, Task<int>> run)
    {
        using StringWriter output = new();
        using StringWriter error = new();
        using CommandHost host = new()
        {
            Output = output,
            Error = error,
            OpenInput = () => new MemoryStream(Input, writable: false),
            Environment = environment.GetValueOrDefault,
            IsTerminal = false,
            IsRoot = IsRoot,
        };
        int code = await run(host);
        Output = output.ToString();
        Error = error.ToString();
        return code;
    }
}

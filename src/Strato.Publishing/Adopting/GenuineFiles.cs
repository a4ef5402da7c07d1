using Strato.Core;
using Strato.Publishing.Repositories;

namespace Strato.Publishing.Adopting;

/// <summary>Where the genuine server has what belongs to a repository, and what it says about it.</summary>
internal sealed record GenuineFiles
{
    private GenuineFiles()
    {
    }

    /// <summary>The directory that holds <c>.cvmfspublished</c> and <c>data/</c>.</summary>
    public required string Storage { get; init; }

    /// <summary>The directory of the keys.</summary>
    public required string Keys { get; init; }

    /// <summary>The genuine <c>server.conf</c>; null where there is none, and only the storage is known.</summary>
    public string? SettingsFile { get; init; }

    /// <summary>What it says; null where there is none.</summary>
    public RepositorySettings? Settings { get; init; }

    /// <summary>The user who publishes (<c>CVMFS_USER</c>).</summary>
    public string? Owner { get; init; }

    /// <summary>Finds the files.</summary>
    /// <exception cref="StratoException">Some are not where they should be, or the repository is of a kind that cannot be taken over.</exception>
    public static GenuineFiles Find(ImportRequest request)
    {
        string name = request.Repository;
        string folder = request.Configuration ?? Path.Combine(ImportRequest.DefaultConfigurations, name);
        string file = Path.Combine(folder, "server.conf");
        if (!File.Exists(file))
        {
            return request switch
            {
                { Configuration: not null } => throw new StratoException(
                    $"cannot import {name}: there is no {file}; name the directory of its server.conf with --config DIR, or leave that out to import the storage alone"),
                { Storage: null } => throw new StratoException(
                    $"cannot import {name}: there is no {file}; name the directory of its server.conf with --config DIR, or its storage with --storage DIR"),
                { Storage: { } storage } => new GenuineFiles { Storage = storage, Keys = request.Keys ?? ImportRequest.DefaultKeys },
            };
        }

        SettingsReader values = SettingsReader.Read(file);
        RequireSuitable(values, name);
        RepositorySettings settings = Repositories.SettingsFile.Read(file, name);
        return new GenuineFiles
        {
            Storage = request.Storage ?? settings.Storage,
            Keys = request.Keys ?? KeysOf(Path.Combine(folder, "client.conf")),
            SettingsFile = file,
            Settings = settings,
            Owner = values.Text("CVMFS_USER"),
        };
    }

    private static void RequireSuitable(SettingsReader values, string name)
    {
        if (values.Text("CVMFS_REPOSITORY_TYPE") is { } type && type != "stratum0")
        {
            throw new StratoException($"cannot import {name}: it is a {type}, and only what is published here can be taken over; replicate its source instead");
        }

        if (values.Text("CVMFS_UPSTREAM_STORAGE") is { } upstream && !upstream.StartsWith("local,", StringComparison.Ordinal))
        {
            throw new StratoException(
                $"cannot import {name}: its objects are in {upstream}; this version publishes to directories only (local,TEMPORARY,DIRECTORY)");
        }

        if (values.Flag("CVMFS_EXTERNAL_DATA", fallback: false))
        {
            throw new StratoException(
                $"cannot import {name}: it is published with CVMFS_EXTERNAL_DATA=true, which leaves the bytes of files outside its storage; Strato stores them");
        }
    }

    private static string KeysOf(string clientFile) =>
        File.Exists(clientFile) && SettingsReader.Read(clientFile).Text("CVMFS_PUBLIC_KEY") is ['/', ..] key && Path.GetDirectoryName(key) is { } folder
            ? folder
            : ImportRequest.DefaultKeys;
}

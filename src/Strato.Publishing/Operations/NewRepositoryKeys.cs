using Strato.Core;
using Strato.Core.Signing;
using Strato.Publishing.Repositories;

namespace Strato.Publishing.Operations;

/// <summary>The keys that a new repository is signed with.</summary>
/// <param name="Keys">The repository's own, with the master key where that is beside them.</param>
/// <param name="LentMaster">The master key where it was given for this once; null otherwise.</param>
internal sealed record NewRepositoryKeys(RepositoryKeys Keys, MasterKey? LentMaster)
{
    /// <summary>Takes the keys that are there, or makes them as the request has it.</summary>
    /// <exception cref="StratoException">They do not fit together, or cannot be read or written.</exception>
    public static NewRepositoryKeys LoadOrMake(RepositorySettings settings, MakeRepositoryRequest request, OperationContext context)
    {
        KeyFiles files = new(settings.Keys ?? context.Home.Directory, settings.Name);
        MasterKey? lent = request.MasterKey is { } file ? KeyFiles.LoadMaster(file) : null;
        try
        {
            PutPublicKey(files, request, lent);
            if (File.Exists(files.PrivateKey) || File.Exists(files.MasterKey) || File.Exists(files.Certificate))
            {
                RepositoryKeys present = files.Load();
                return (lent ?? present.Master) is not null || File.Exists(files.PublicKey)
                    ? new NewRepositoryKeys(present, lent)
                    : throw new StratoException($"cannot make {settings.Name}: its keys have no masterkey, which signs the whitelist; put it beside them, or give --masterkey or --public-key");
            }

            bool isMasterElsewhere = File.Exists(files.PublicKey);
            RepositoryKeys made = isMasterElsewhere
                ? RepositoryKeys.Generate(settings.Name, context.Clock.GetUtcNow(), master: null)
                : RepositoryKeys.Generate(settings.Name, context.Clock.GetUtcNow());
            try
            {
                files.Save(made);
                return new NewRepositoryKeys(made, lent);
            }
            catch
            {
                made.Dispose();
                throw;
            }
        }
        catch
        {
            lent?.Dispose();
            throw;
        }
    }

    private static void PutPublicKey(KeyFiles files, MakeRepositoryRequest request, MasterKey? lent)
    {
        using MasterPublicKey? given = request.PublicKey is { } file ? MasterPublicKey.Load(file)[0] : null;
        MasterPublicKey? wanted = given ?? lent?.PublicKey;
        if (wanted is null)
        {
            return;
        }

        if (given is not null && lent is not null && given.Pem != lent.PublicKey.Pem)
        {
            throw new StratoException($"{request.MasterKey} is not the private half of {request.PublicKey}");
        }

        if (!File.Exists(files.PublicKey))
        {
            files.SavePublicKey(wanted);
        }
        else if (MasterPublicKey.Load(files.PublicKey).All(known => known.Pem != wanted.Pem))
        {
            throw new StratoException($"{files.PublicKey} is another master key than {request.PublicKey ?? request.MasterKey}; remove the one that is wrong");
        }
    }
}

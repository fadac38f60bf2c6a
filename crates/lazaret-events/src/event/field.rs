//! Names of values: the columns of the Advanced Hunting schema and what we
//! know beyond them.

use std::sync::LazyLock;

use rustc_hash::FxHashMap;

macro_rules! fields {
    (documented: $($name:ident)* ; beyond: $($more:ident)*) => {
        /// A column of the Advanced Hunting schema, or a value that we keep
        /// beyond it (those are written into `AdditionalFields`).
        #[allow(missing_docs, reason = "documented in content/schemas/defender")]
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[repr(u16)]
        pub enum Field { $($name,)* $($more,)* }

        impl Field {
            /// Every field.
            pub const ALL: &'static [Field] = &[$(Field::$name,)* $(Field::$more,)*];

            /// The fields that are no columns of the schema.
            pub const BEYOND: &'static [Field] = &[$(Field::$more,)*];

            /// Its name.
            pub fn name(self) -> &'static str {
                match self {
                    $(Self::$name => stringify!($name),)*
                    $(Self::$more => stringify!($more),)*
                }
            }
        }
    };
}

impl Field {
    /// The field of that name; case matters.
    pub fn named(name: &str) -> Option<Self> {
        static NAMES: LazyLock<FxHashMap<&str, Field>> = LazyLock::new(|| {
            let all = Field::ALL.iter();
            all.map(|field| (field.name(), *field)).collect()
        });
        NAMES.get(name).copied()
    }

    /// Whether it is a column of the schema.
    pub fn documented(self) -> bool {
        (self as usize) < Self::ALL.len() - Self::BEYOND.len()
    }
}

fields! {
    documented:
    Timestamp DeviceId DeviceName
    ActionType FileName FolderPath
    SHA1 SHA256 MD5
    FileSize ProcessVersionInfoCompanyName ProcessVersionInfoProductName
    ProcessVersionInfoProductVersion ProcessVersionInfoInternalFileName ProcessVersionInfoOriginalFileName
    ProcessVersionInfoFileDescription ProcessId ProcessCommandLine
    ProcessIntegrityLevel ProcessTokenElevation ProcessCreationTime
    AccountDomain AccountName AccountSid
    AccountUpn AccountObjectId LogonId
    InitiatingProcessAccountDomain InitiatingProcessAccountName InitiatingProcessAccountSid
    InitiatingProcessAccountUpn InitiatingProcessAccountObjectId InitiatingProcessLogonId
    InitiatingProcessIntegrityLevel InitiatingProcessTokenElevation InitiatingProcessSHA1
    InitiatingProcessSHA256 InitiatingProcessMD5 InitiatingProcessFileName
    InitiatingProcessFileSize InitiatingProcessVersionInfoCompanyName InitiatingProcessVersionInfoProductName
    InitiatingProcessVersionInfoProductVersion InitiatingProcessVersionInfoInternalFileName InitiatingProcessVersionInfoOriginalFileName
    InitiatingProcessVersionInfoFileDescription InitiatingProcessId InitiatingProcessCommandLine
    InitiatingProcessCreationTime InitiatingProcessFolderPath InitiatingProcessParentId
    InitiatingProcessParentFileName InitiatingProcessParentCreationTime InitiatingProcessSignerType
    InitiatingProcessSignatureStatus ReportId AppGuardContainerId
    AdditionalFields InitiatingProcessSessionId IsInitiatingProcessRemoteSession
    InitiatingProcessRemoteSessionDeviceName InitiatingProcessRemoteSessionIP InitiatingProcessUniqueId
    CreatedProcessSessionId IsProcessRemoteSession ProcessRemoteSessionDeviceName
    ProcessRemoteSessionIP ProcessUniqueId LazaretSource
    FileOriginUrl FileOriginReferrerUrl FileOriginIP
    PreviousFolderPath PreviousFileName RequestProtocol
    RequestSourceIP RequestSourcePort RequestAccountName
    RequestAccountDomain RequestAccountSid ShareName
    SensitivityLabel SensitivitySubLabel IsAzureInfoProtectionApplied
    RemoteIP RemotePort RemoteUrl
    LocalIP LocalPort Protocol
    LocalIPType RemoteIPType RegistryKey
    RegistryValueType RegistryValueName RegistryValueData
    PreviousRegistryKey PreviousRegistryValueName PreviousRegistryValueData
    RemoteDeviceName LogonType FailureReason
    IsLocalAdmin IsSigned SignatureType
    Signer SignerHash Issuer
    IssuerHash CertificateSerialNumber CrlDistributionPointUrls
    CertificateCreationTime CertificateExpirationTime CertificateCountersignatureTime
    IsTrusted IsRootSignerMicrosoft ClientVersion
    PublicIP OSArchitecture OSPlatform
    OSBuild IsAzureADJoined JoinType
    AadDeviceId LoggedOnUsers RegistryDeviceTag
    OSVersion MachineGroup OnboardingStatus
    DeviceCategory DeviceType DeviceSubtype
    Model Vendor OSDistribution
    OSVersionInfo MergedDeviceIds MergedToDeviceId
    IsInternetFacing SensorHealthState IsExcluded
    ExclusionReason ExposureLevel AssetValue
    DeviceManualTags DeviceDynamicTags ConnectivityType
    HostDeviceId NetworkAdapterName MacAddress
    NetworkAdapterType NetworkAdapterStatus TunnelType
    ConnectedNetworks DnsAddresses IPv4Dhcp
    IPv6Dhcp DefaultGateways IPAddresses
    NetworkAdapterVendor NetworkMessageId InternetMessageId
    SenderMailFromAddress SenderFromAddress SenderDisplayName
    SenderObjectId SenderMailFromDomain SenderFromDomain
    SenderIPv4 SenderIPv6 RecipientEmailAddress
    RecipientObjectId Subject EmailClusterId
    EmailDirection DeliveryAction DeliveryLocation
    ThreatTypes ThreatNames DetectionMethods
    ConfidenceLevel BulkComplaintLevel EmailAction
    EmailActionPolicy EmailActionPolicyGuid AuthenticationDetails
    AttachmentCount UrlCount EmailLanguage
    Connectors OrgLevelAction OrgLevelPolicy
    UserLevelAction UserLevelPolicy LatestDeliveryLocation
    LatestDeliveryAction Url UrlDomain
    UrlLocation FileType Action
    ActionTrigger ActionResult Workload
    IPAddress IsClickedThrough UrlChain
    ;
    beyond:
    ProcessCurrentDirectory ProcessArguments ProcessTerminal
    ProcessGroupId ProcessSignerType ProcessSignatureStatus
    ProcessSigner InitiatingProcessCurrentDirectory InitiatingProcessArguments
    InitiatingProcessTerminal InitiatingProcessSigner InitiatingProcessParentUniqueId
    InitiatingProcessParentFolderPath InitiatingProcessParentCommandLine InitiatingProcessAncestors
    ProcessParentId ProcessExitCode FileSigner
    FileSignatureStatus EventID Channel
    ProviderName EventRecordID Platform
    LogFormat Direction QueryName
    QueryType QueryResults QueryStatus
}
